import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { House } from '../../lib/houses/household.ts';
import { housePaths } from '../../lib/houses/paths.ts';
import { houseSchema } from '../../lib/houses/settings.ts';
import { ownerOf, systemdUnits } from '../../lib/houses/systemd-units.ts';

function units(root = '/h', settings: unknown = {}) {
  const house: House = {
    name: 'allegro',
    root,
    settings: houseSchema.parse(settings),
    paths: housePaths(join(root, 'wizards', 'allegro')),
  };
  const tick = { script: '/opt/robed/scripts/tick.sh', node: null };
  return systemdUnits(house, 'robed-allegro', { tick, start: ['/n', '/l', 'start'] });
}

const text = (name: string, root?: string, settings?: unknown) =>
  units(root, settings).find((unit) => unit.name === name)?.text;

test('a house has a timer for each job, a path for its queue, and robed start for who wants it', () => {
  const all = units('/h', { schedule: { heartbeat: false, 'self-monitor': false } });
  expect(all.map(({ name, enable }) => `${name}${enable ? ' on' : ''}`)).toEqual([
    'robed-allegro-dispatch.service',
    'robed-allegro-dispatch.timer on',
    'robed-allegro-task-monitor.service',
    'robed-allegro-task-monitor.timer on',
    'robed-allegro-progress-report.service',
    'robed-allegro-progress-report.timer on',
    'robed-allegro-checkpoint.service',
    'robed-allegro-checkpoint.timer on',
    'robed-allegro-queue.service',
    'robed-allegro-queue.path on',
    'robed-allegro.service',
  ]);
});

test('nothing is dispatched at a save where dispatch is switched off', () => {
  const names = units('/h', { schedule: { dispatch: false } }).map(({ name }) => name);
  expect(names.filter((name) => /dispatch|queue/.test(name))).toEqual([]);
});

test('whoever a tick or a watcher has started outlives it', () => {
  for (const unit of units().filter(({ name }) => name.endsWith('.service'))) {
    expect(unit.text, unit.name).toContain('KillMode=process\n');
  }
});

test('jobs whose children may need sudo keep it', () => {
  for (const { name, text: said } of units()) {
    const confined = /-(?:progress-report|heartbeat|checkpoint)\.service$/.test(name);
    expect(said.includes('NoNewPrivileges'), name).toBe(confined);
  }
});

test('specifiers, variables and quotes in a path mean nothing to systemd', () => {
  const service = text('robed-allegro-dispatch.service', '/a "b" %h $HOME');
  expect(service).toContain('"/a \\"b\\" %%h $$HOME"');
  expect(text('robed-allegro-queue.path', '/a b%')).toContain(
    'PathChanged=/a b%%/wizards/allegro/home/WORK-QUEUE.md\n',
  );
});

test('a unit says whose it is', () => {
  for (const unit of units('/my root wizard x')) {
    expect(ownerOf(unit.text)).toEqual({ root: '/my root wizard x', wizard: 'allegro' });
  }
  expect(ownerOf('[Unit]\nDescription=mine\n')).toBeNull();
});
