import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { stopOpenClaw } from '../../lib/houses/openclaw-gateway.ts';
import type { Idleness } from '../../lib/operations/idleness.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { openWatch } from '../../lib/operations/watch-house.ts';
import { self } from '../../lib/platform/identity.ts';
import type { RecordedEvent } from '../../lib/records/event.ts';
import { fakeOpenclaw } from '../support/fake-openclaw.ts';
import { freePort } from '../support/free-port.ts';
import { task, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

it('a watcher waits for no gateway, and claims once it is up', async () => {
  const hermes = join(mkdtempSync(join(tmpdir(), 'robed-fake-')), 'hermes');
  writeFileSync(hermes, '#!/bin/sh\n');
  chmodSync(hermes, 0o755);
  const openclaw = fakeOpenclaw({ listens: 0, started: 1500 });
  const settings = [
    'queue: {adopted: true}\nconcurrency: 2',
    `robe: {port: ${await freePort()}, program: ${openclaw}}`,
    `bodies: {allow: [shell, hermes], hermes: {program: ${hermes}}}\n`,
  ];
  const queue = `${task('T-1', 'true', ['Body: hermes'])}\n${task('T-2', 'true')}`;
  const house = testHouse(queue, { settings: settings.join('\n') });
  const events: RecordedEvent[] = [];
  const states: Idleness['type'][] = [];
  const watch = await openWatch(house.root, house.name, {
    clock: systemClock,
    environment: process.env,
    launch: async () => self(),
    timer: systemTimer,
    onLook: ({ type }) => states.push(type),
    onEvents: (some) => events.push(...some),
    onTrouble: (error) => expect.fail(String(error)),
  });
  onTestFinished(async () => {
    await watch.close();
    const deps = { clock: systemClock, environment: process.env, sleep };
    await stopOpenClaw(await loadHouse(house.root, house.name), deps);
  });
  await watch.begin();
  const told = () =>
    events.flatMap(({ type, task: id }) =>
      type === 'task.assigned' || type.startsWith('gateway.') ? [`${type} ${id ?? ''}`.trim()] : [],
    );
  await until('both are claimed', () => told().length === 4);
  expect(told()).toEqual([
    'gateway.starting',
    'task.assigned T-2',
    'gateway.started',
    'task.assigned T-1',
  ]);
  expect(new Set(states)).toEqual(new Set(['busy']));
});
