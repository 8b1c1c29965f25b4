import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jobFiles } from '../../lib/houses/job-files.ts';
import { leaveQuietStamp, quietUntil } from '../../lib/operations/quiet-stamp.ts';
import { bench, outside } from '../support/bench.ts';
import { task } from '../support/household.ts';

const HOUR = 3_600_000;

describe('a house is quiet', () => {
  test('for an hour where nothing waits for a time', async () => {
    const { context, dispatch } = await bench('# Nothing here\n');
    await dispatch();
    const quiet = quietUntil(context, await dispatch());
    expect(quiet).toBeGreaterThan(context.clock.now() + HOUR - 60_000);
    expect(quiet).toBeLessThanOrEqual(context.clock.now() + HOUR);
  });

  test('until a task may run', async () => {
    const soon = (Math.floor(Date.now() / 60_000) + 10) * 60_000;
    const said = `${new Date(soon).toISOString().slice(0, 16).replace('T', ' ')}Z`;
    const { context, dispatch } = await bench(task('T-1', 'echo 1', [`Not before: ${said}`]));
    await dispatch();
    expect(quietUntil(context, await dispatch())).toBe(soon);
  });
});

describe('a house is not quiet', () => {
  test('after a tick that did something', async () => {
    const { context, dispatch } = await bench('# Nothing here\n');
    expect(quietUntil(context, await dispatch())).toBeNull();
  });

  test('while a run is open', async () => {
    const { context, dispatch } = await bench(outside('T-1'));
    await dispatch();
    expect(quietUntil(context, await dispatch())).toBeNull();
  });

  test('while a task is ready, whatever kept it from being claimed', async () => {
    const { context, dispatch, monitor } = await bench(task('T-1', 'echo 1'));
    await monitor();
    expect(quietUntil(context, await monitor())).toBeNull();
    await dispatch();
  });

  test('while a file that a write displaced may yet be saved', async () => {
    const { context, dispatch } = await bench('# Nothing here\n');
    await dispatch();
    const done = await dispatch();
    context.displaced.push({ path: '/x', hash: '', by: '', seq: 1 });
    expect(quietUntil(context, done)).toBeNull();
  });

  test('where the queue can’t be read', async () => {
    const { context, dispatch, save } = await bench('# Nothing here\n');
    await dispatch();
    await dispatch();
    save('<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n');
    await dispatch();
    expect(quietUntil(context, await dispatch())).toBeNull();
  });
});

test.each([
  ['is not said where the queue was saved in the second of the look', 0, false],
  ['is said where that was before', -1, true],
])('“quiet” %s', async (_, second, said) => {
  const { context, dispatch, paths } = await bench('# Nothing here\n');
  await dispatch();
  const { folder, since, places, quiet } = jobFiles(paths, 'dispatch');
  mkdirSync(folder, { recursive: true });
  for (const file of [since, places]) writeFileSync(file, '');
  utimesSync(since, 1e9 + 0.5, 1e9 + 0.5);
  utimesSync(paths.queue, 1e9 + second + 0.2, 1e9 + second + 0.2);
  leaveQuietStamp(context, 'dispatch', Date.now() + HOUR);
  expect(existsSync(quiet)).toBe(said);
});
