import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { adoptQueue } from '../../lib/operations/adopt.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import { openHouse } from '../../lib/operations/open-house.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const NOT_ADOPTED =
  'queue:\n  # not yet\n  adopted:   false   # ever\nbodies: { allow: [ shell ]  }\n';

const QUEUE = `# Somebody's list\n\n${task('T-1', 'touch ran; echo 1', ['Verify: `test -e ran`'])}\n### Sweep\n- **Status:** PENDING\n\n<!-- untouched -->\n`;

describe('a queue that is not adopted', () => {
  test('is read and shown, and never dispatched from or written to', async () => {
    const house = await bench(QUEUE, { settings: NOT_ADOPTED });
    const before = statSync(house.paths.queue).mtimeMs;
    await house.work();
    await house.work();
    expect([house.queue(), statSync(house.paths.queue).mtimeMs]).toEqual([QUEUE, before]);
    expect(house.told('task.assigned')).toEqual([]);
    expect((await explainTask(house.context, 'T-1')).waiting[0]?.code).toBe('not-adopted');
    expect(readdirSync(house.paths.work)).toEqual([]);
  });

  test('is adopted only after it was shown what that would run', async () => {
    const house = await bench(QUEUE, { settings: NOT_ADOPTED });
    const shown = await adoptQueue(house.context, { apply: false });
    expect(shown).toMatchObject({
      adopted: false,
      entries: 2,
      unnamed: 1,
      statuses: { PENDING: 2 },
    });
    expect(shown.commands.map(({ command }) => command)).toEqual([
      'touch ran; echo 1',
      'test -e ran',
    ]);
    expect(readFileSync(house.paths.settings, 'utf8')).toBe(NOT_ADOPTED);
    await adoptQueue(house.context, { apply: true });
    expect(readFileSync(house.paths.settings, 'utf8')).toBe(NOT_ADOPTED.replace('false', 'true'));
    await house.reopen();
    await house.work();
    expect(house.status('T-1')).toBe('COMPLETE');
  });
});

describe('a queue that is a link', () => {
  const linked = async (
    settings: (target: string) => string,
    target = 'elsewhere',
  ): Promise<Bench & { target: string }> => {
    const house = await bench('', { settings: 'queue: {adopted: true}\n' });
    const folder = target.startsWith('/')
      ? target
      : join(house.root, '..', `${house.root.split('/').at(-1)}-${target}`);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'queue.md');
    writeFileSync(file, QUEUE);
    unlinkSync(house.paths.queue);
    symlinkSync(file, house.paths.queue);
    writeFileSync(house.paths.settings, settings(file));
    await house.reopen();
    return Object.assign(house, { target: file });
  };

  test('out of the household is read-only', async () => {
    const house = await linked(() => 'queue: {adopted: true}\nbodies: {allow: [shell]}\n');
    await house.work();
    expect(readFileSync(house.target, 'utf8')).toBe(QUEUE);
    expect(house.told('task.assigned')).toEqual([]);
    expect((await explainTask(house.context, 'T-1')).waiting[0]?.message).toContain(
      'outside the household',
    );
  });

  test('out of the household is worked where house.yaml names its target, and stays a link', async () => {
    const house = await linked(
      (file) => `queue: {adopted: true, target: ${file}}\nbodies: {allow: [shell]}\n`,
    );
    await house.work();
    expect(readFileSync(house.target, 'utf8')).toContain('- **Status:** COMPLETE');
    expect(readFileSync(house.paths.queue, 'utf8')).toBe(readFileSync(house.target, 'utf8'));
  });
});

test('a house that is paused dispatches nothing, and goes on reading', async () => {
  const house = await bench(QUEUE, {
    settings: 'queue: {adopted: true}\npaused: true\nbodies: {allow: [shell]}\n',
  });
  await house.work();
  expect(house.told('task.assigned')).toEqual([]);
  expect(house.record('T-1').status).toBe('PENDING');
});

test('a body that the house does not allow does no work', async () => {
  const house = await bench(QUEUE, {
    settings: 'queue: {adopted: true}\nbodies: {allow: [external]}\n',
  });
  await house.work();
  expect(house.status('T-1')).toBe('BLOCKED');
  expect(house.record('T-1').reason).toContain("house.yaml doesn't allow shell");
});

test('a house whose settings can’t be read is not opened, and nothing in it is touched', async () => {
  const house = await bench(QUEUE, { settings: NOT_ADOPTED });
  writeFileSync(house.paths.settings, 'queue: [');
  const { clock, environment, launch } = house.context;
  await expect(
    openHouse(house.root, house.name, { clock, environment, launch }),
  ).rejects.toMatchObject({ exitCode: 78 });
  await expect(
    openHouse(house.root, 'nobody', { clock, environment, launch }),
  ).rejects.toMatchObject({ exitCode: 78 });
  expect(house.queue()).toBe(QUEUE);
});
