import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { recordEvent } from '../../lib/records/event-store.ts';
import { householdDatabasePath, openHouseholdDatabase } from '../../lib/records/household-db.ts';
import { testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';

/** Something that concerns no house alone. */
function happen(root: string, name: string): void {
  const db = openHouseholdDatabase(root);
  recordEvent(db, Date.now(), { type: 'service.down', data: { name } });
  db.close();
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { wizard: string | null; type: string });

test('robed log has the household’s events among those of the houses, by time', () => {
  const { root } = testHouse('- [ ] write\n');
  robed(['task-monitor', '--root', root]);
  happen(root, 'gitea');
  const told = robed(['log', '--root', root]).stdout;
  expect(told.split('\n').at(-2)).toMatch(/ {2}household {2}service\.down +name: gitea$/);
  const json = lines(robed(['log', '--root', root, '--json']).stdout);
  expect(json.at(-1)).toMatchObject({ wizard: null, type: 'service.down' });
  expect(json[0]).toMatchObject({ wizard: 'ezra', type: 'task.created' });
});

test('what follows the names stands in one column, however long they are', () => {
  const { root } = testHouse('- [ ] write\n');
  testHouse('- [ ] read\n', { root, name: 'allegro-primus' });
  robed(['task-monitor', '--root', root]);
  happen(root, 'gitea');
  const told = robed(['log', '--root', root]).stdout.trim().split('\n');
  const columns = told.map((line) => line.search(/(task|service|queue|system)\./));
  expect(told.length).toBeGreaterThan(2);
  expect(new Set(columns).size).toBe(1);
  const alone = robed(['log', '--root', root, '--wizard', 'ezra']).stdout;
  expect(alone).toMatch(/^\S+ \S+ {2}ezra {2}task\.created/);
});

test('one house’s log has only its own, and looking makes no household.db', () => {
  const { root } = testHouse('- [ ] write\n');
  robed(['log', '--root', root]);
  expect(existsSync(householdDatabasePath(root))).toBe(false);
  happen(root, 'gitea');
  expect(robed(['log', '--root', root, '--wizard', 'ezra', '--json']).stdout).not.toContain(
    'gitea',
  );
});

test.each(['list', 'log'])(
  'robed %s shows the other houses where the memory of one is damaged',
  (command) => {
    const { root, paths } = testHouse('- [ ] write\n');
    testHouse('- [ ] read\n', { root, name: 'allegro' });
    robed(['task-monitor', '--root', root]);
    writeFileSync(paths.database, 'not a database');
    const { status, stdout, stderr } = robed([command, '--root', root]);
    expect(stdout).toContain('allegro');
    expect(stderr).toContain(paths.database);
    expect(status).toBe(78);
  },
);

test('a damaged household.db is told, and the events of the houses are shown', () => {
  const { root } = testHouse('- [ ] write\n');
  robed(['task-monitor', '--root', root]);
  writeFileSync(householdDatabasePath(root), 'Dear diary,\n'.repeat(500));
  const { status, stdout, stderr } = robed(['log', '--root', root]);
  expect([status, stdout.includes('task.created')]).toEqual([78, true]);
  expect(stderr).toContain('household.db');
});

test('robed log --follow shows what the household’s first event is', async () => {
  const { root } = testHouse('- [ ] write\n');
  const launcher = join(packageRoot(), 'scripts', 'robed.js');
  const argv = [launcher, 'log', '--follow', '--root', root];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  robed(['task-monitor', '--root', root]);
  await until('the house’s own event', () => told.includes('task.created'));
  happen(root, 'gitea');
  await until('the household’s event', () => told.includes('name: gitea'));
});
