import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { adoptFoundHouse, isUnadoptedFolder } from '../../lib/operations/adopt-founding.ts';
import type { HouseContext } from '../../lib/operations/context.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { self } from '../../lib/platform/identity.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { reportOf } from '../support/bench.ts';

const QUEUE = `# Allegro — Work Queue

**Owner:** Allegro
**Updated:** 2026-03-31

## Active queue

### P0 — now

#### TASK-001: Bridge the gateway
**Status:** **IN_PROGRESS**

Bring the bridge up.

#### TASK-002: Rotate the token
**Status:** **PENDING**

Write a fresh token to rotated.txt.

### P1 — soon

#### TASK-003: Review the logs
**Status:** **PENDING**

#### TASK-004: Old work
**Status:** **COMPLETE**

## Log
- 2026-03-30: started
`;

/** A wizard's folder as the founding scripts left it, in a household of its own. */
function foundingHouse() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-founding-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'wizards', 'allegro');
  for (const name of ['home', 'work', 'completed']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const put = (file: string, text: string) => writeFileSync(join(folder, file), text);
  put('WORK-QUEUE.md', QUEUE);
  put('home/SOUL.md', '# Allegro\n');
  put('work/TASK-001.active', 'TASK-001\nstarted: 2026-03-31T10:00:00\n');
  put('work/TASK-003.active', '');
  put('completed/TASK-004.txt', 'Task: TASK-004\nStatus: COMPLETE\n\nAll done.\n');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return { root, folder, put, read };
}

/** Every file with its bytes and its time. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => `${path} ${statSync(path).mtimeMs} ${readFileSync(path, 'utf8')}`);

const adopt = (root: string, apply: boolean, environment: NodeJS.ProcessEnv = {}) =>
  adoptFoundHouse(root, 'allegro', { apply, now: Date.now(), environment });

/** Adopted, with somebody outside to do the work. */
async function takenOver() {
  const house = foundingHouse();
  await adopt(house.root, true);
  const bodies = 'bodies: {allow: [external], default: external}\n';
  house.put('house.yaml', `${house.read('house.yaml')}${bodies}`);
  const context: HouseContext = await openHouse(house.root, 'allegro', {
    clock: systemClock,
    environment: {},
    launch: async () => self(),
  });
  onTestFinished(() => closeHouse(context));
  return { ...house, context, dispatch: () => reconcile(context, { claim: true }) };
}

test('adopting shows the layout and what would be dispatched, and changes nothing', async () => {
  const { root, folder } = foundingHouse();
  const before = filesOf(folder);
  expect(isUnadoptedFolder(root, 'allegro')).toBe(true);
  expect(await adopt(root, false)).toMatchObject({
    adopted: false,
    layout: { queue: 'WORK-QUEUE.md', work: 'work', completed: 'completed' },
    statuses: { IN_PROGRESS: 1, PENDING: 2, COMPLETE: 1 },
    next: [{ task: 'TASK-002', title: 'Rotate the token' }],
    triggers: ['TASK-001.active', 'TASK-003.active'],
    reports: 1,
  });
  expect(filesOf(folder)).toEqual(before);
});

test('agreed to, it writes house.yaml and no other byte', async () => {
  const { root, folder, read } = foundingHouse();
  const before = filesOf(folder);
  await adopt(root, true);
  const after = filesOf(folder).filter((file) => !file.startsWith(join(folder, 'house.yaml')));
  expect(after).toEqual(before);
  expect(read('house.yaml')).toContain('  path: WORK-QUEUE.md\nplaces:\n  work: work\n');
  expect(isUnadoptedFolder(root, 'allegro')).toBe(false);
});

test('one that has a Hermes may let it work, and leaves its gateway to whoever starts it now', async () => {
  const { root, put, read } = foundingHouse();
  put('home/config.yaml', 'platforms: {api_server: {enabled: true, extra: {port: 8743}}}\n');
  await adopt(root, true);
  expect(read('house.yaml')).toMatch(/allow: \[shell, hermes\]\ngateway:\n {2}port: 8743\n/);
  const { settings } = await loadHouse(root, 'allegro');
  expect(settings.gateway).toMatchObject({ port: 8743, start: 'manual' });
});

test('an agent can not adopt, and a folder without a queue is no house', async () => {
  const { root, folder } = foundingHouse();
  await expect(adopt(root, true, { ROBED_RUN: 'r1' })).rejects.toThrow("a person's to say");
  rmSync(join(folder, 'WORK-QUEUE.md'));
  symlinkSync('/etc/passwd', join(folder, 'WORK-QUEUE.md'));
  await expect(adopt(root, true)).rejects.toThrow('neither house.yaml nor a queue');
  expect(isUnadoptedFolder(root, '../allegro')).toBe(false);
});

test('a task goes through where the files stand; nothing is moved, and no second queue is made', async () => {
  const { folder, read, context, dispatch, put } = await takenOver();
  await dispatch();
  const [run] = readOpenRuns(context.db);
  if (run === undefined) throw new Error('nothing was claimed');
  expect(run.task).toBe('TASK-002');
  expect(read('work/TASK-002.active')).toContain(`run: ${run.run}`);
  put('completed/TASK-002.txt', reportOf(run, 'COMPLETE'));
  rmSync(join(folder, 'work/TASK-002.active'));
  await dispatch();
  expect(read('WORK-QUEUE.md')).toBe(
    QUEUE.replace('token\n**Status:** **PENDING**', 'token\n**Status:** **COMPLETE**').replace(
      'logs\n**Status:** **PENDING**',
      'logs\n**Status:** **BLOCKED**',
    ),
  );
  expect(read('completed/TASK-002.txt')).toContain('status: COMPLETE');
  expect(read('completed/TASK-004.txt')).toContain('All done.');
  for (const file of ['home/WORK-QUEUE.md', 'home/work', 'home/completed']) {
    expect(existsSync(join(folder, file)), file).toBe(false);
  }
});

test('what another script began is left alone and told, and its task is not begun again', async () => {
  const { folder, read, context, dispatch } = await takenOver();
  for (let i = 0; i < 12; i++) await dispatch();
  expect(read('work/TASK-001.active')).toContain('started: 2026-03-31');
  expect(readdirSync(join(folder, 'home', 'quarantine'))).toEqual([]);
  const told = viewHouse(context).needsYou.filter(({ code }) => code === 'old-trigger');
  expect(told.map(({ task }) => task)).toEqual(['TASK-001', 'TASK-003']);
  const { waiting } = await explainTask(context, 'TASK-003');
  expect(waiting.map(({ message }) => message).join()).toContain(
    'TASK-003.active stands in work/ from before Robed',
  );
});

test('its report, when it comes, stays; a trigger taken away is no longer told of', async () => {
  const { folder, read, put, context, dispatch } = await takenOver();
  await dispatch();
  put('completed/TASK-001.txt', 'Task: TASK-001\nStatus: COMPLETE\n');
  rmSync(join(folder, 'work', 'TASK-001.active'));
  await dispatch();
  expect(read('completed/TASK-001.txt')).toContain('Task: TASK-001');
  const told = viewHouse(context).needsYou.filter(({ code }) => code === 'old-trigger');
  expect(told.map(({ task }) => task)).toEqual(['TASK-003']);
});

test('a strange trigger that comes later goes to quarantine as ever', async () => {
  const { folder, put, dispatch } = await takenOver();
  await dispatch();
  put('work/TASK-009.active', 'forged');
  put('work/TASK-003.active', 'forged too');
  await dispatch();
  expect(readdirSync(join(folder, 'home', 'quarantine')).sort()).toEqual([
    'TASK-003.active',
    'TASK-009.active',
  ]);
});

test.each([
  ['work: ../ezra/work', 'a folder inside the house'],
  ['work: /tmp/work', 'a folder inside the house'],
  ['completed: home/../../x', 'a folder inside the house'],
  ['completed: .', 'a folder inside the house'],
  ['completed: home/work', 'two folders'],
  ['work: elsewhere', 'no link leads out'],
])('a place that leaves the house is refused: %s', async (place, why) => {
  const { root, folder, put } = foundingHouse();
  symlinkSync(tmpdir(), join(folder, 'elsewhere'));
  put('house.yaml', `places:\n  ${place}\n`);
  const opened = openHouse(root, 'allegro', {
    clock: systemClock,
    environment: {},
    launch: async () => self(),
  });
  await expect(opened).rejects.toMatchObject({ exitCode: 78, file: join(folder, 'house.yaml') });
  const error = await opened.catch((reason) => reason);
  expect(`${error.message} ${error.hint}`).toContain(why);
});
