import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reportPath } from '../../lib/houses/paths.ts';
import { changeTask } from '../../lib/operations/change-task.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { restoreVersion } from '../../lib/operations/past-versions.ts';
import { identify, type ProcessIdentity } from '../../lib/platform/identity.ts';
import { type Bench, bench, outside } from '../support/bench.ts';
import { task } from '../support/household.ts';

const change = (house: Bench, type: 'retry' | 'cancel', id = 'T-1', dryRun = false) =>
  changeTask(house.context, id, { type }, { dryRun });

const HOUR = 3_600_000;
const LATER = 'Not before: 2100-01-01';

describe('what runs can be stopped', () => {
  test('though its entry was deleted', async () => {
    const house = await bench(`# Mine\n\n${outside('T-1')}`);
    await house.dispatch();
    house.save('# Mine\n');
    await house.work();
    house.advance(5000);
    await house.work();
    expect(house.record('T-1').deletedAt).not.toBeNull();
    await expect(change(house, 'retry')).rejects.toThrow('T-1 is no longer in the queue');
    const { stopping } = await change(house, 'cancel');
    expect(stopping).not.toBeNull();
    expect(house.runs()).toEqual([]);
    expect(house.record('T-1').status).toBe('CANCELLED');
    await expect(change(house, 'cancel')).rejects.toThrow('T-1 is no longer in the queue');
  });

  test('though its id stands twice', async () => {
    const house = await bench(outside('T-1'));
    await house.dispatch();
    house.save(`${house.queue()}\n${task('T-1', 'echo again')}`);
    await change(house, 'cancel');
    expect(house.runs()).toEqual([]);
    expect(house.record('T-1').status).toBe('CANCELLED');
  });
});

test('what comes again can be cancelled between two runs, and comes no more', async () => {
  const house = await bench(task('T-1', 'echo 1', ['Every: 1h']));
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(await change(house, 'cancel')).toMatchObject({ from: 'COMPLETE', to: 'CANCELLED' });
  house.advance(2 * HOUR);
  await house.work();
  expect(house.status('T-1')).toBe('CANCELLED');
  expect(house.told('task.assigned')).toHaveLength(1);
  await change(house, 'retry');
  await house.work();
  expect(house.told('task.assigned')).toHaveLength(2);
});

test('no command is taken for an id that stands twice: nothing of it could be written', async () => {
  const house = await bench(task('T-1', 'echo 1') + task('T-1', 'echo 2'));
  await house.monitor();
  for (const id of ['T-1', 'T-1@1']) {
    await expect(change(house, 'cancel', id)).rejects.toThrow('T-1 stands on 2 lines: 1, 7');
  }
  expect(house.record('T-1').status).toBe('PENDING');
});

describe('a dry run says what the command then does, and changes nothing:', () => {
  test.each<[string, () => Promise<Bench>]>([
    ['of a task that no tick has read yet', () => bench(task('T-1', 'echo 1'))],
    [
      'of one whose status was typed since',
      async () => {
        const house = await bench(task('T-1', 'echo 1', [LATER]));
        await house.monitor();
        house.edit('PENDING', 'DEFERRED');
        return house;
      },
    ],
    [
      'of one whose runner died',
      async () => {
        const runner = spawn('sleep', ['600'], { stdio: 'ignore' });
        const launch = async () => identify(runner.pid as number) as ProcessIdentity;
        const house = await bench(task('T-1', 'echo 1'), { launch });
        await house.dispatch();
        runner.kill('SIGKILL');
        await once(runner, 'exit');
        return house;
      },
    ],
    [
      'of a recurring one whose time has come',
      async () => {
        const house = await done('Every: 1h');
        house.advance(2 * HOUR);
        return house;
      },
    ],
    [
      'of one that a person took the Every out of',
      async () => {
        const house = await done('Every: 1h');
        house.edit('- **Every:** 1h\n', '');
        return house;
      },
    ],
    [
      'of one that a person gave an Every',
      async () => {
        const house = await done('Attempts: 1');
        house.edit('Attempts:** 1', 'Every:** 1h');
        return house;
      },
    ],
    [
      'of one that was deleted a while ago',
      async () => {
        const house = await done();
        house.save('# Empty\n');
        await house.monitor();
        house.advance(5000);
        return house;
      },
    ],
    [
      'of one that is to be archived',
      async () => {
        const house = await done();
        house.advance(2 * HOUR);
        return house;
      },
    ],
  ])('%s', async (_, make) => {
    for (const type of ['retry', 'cancel'] as const) {
      const house = await make();
      const before = [house.queue(), recordsOf(house), readdirSync(house.paths.archive)];
      const said = await outcome(change(house, type, 'T-1', true));
      expect([house.queue(), recordsOf(house), readdirSync(house.paths.archive)]).toEqual(before);
      expect(await outcome(change(house, type))).toEqual(said);
    }
  });

  async function done(...fields: string[]): Promise<Bench> {
    const settings = 'queue: {adopted: true}\nbodies: {allow: [shell]}\narchive: {after: 1h}\n';
    const house = await bench(task('T-1', 'echo 1', fields), { settings });
    await house.work();
    return house;
  }

  const outcome = (changed: Promise<unknown>): Promise<unknown> =>
    changed.catch((error: Error) => error.message);
});

test('who opens a house only to look writes nothing into its records', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  writeFileSync(house.paths.settings, `${readFileSync(house.paths.settings, 'utf8')}# mine\n`);
  house.context.db.exec("UPDATE meta SET value = 'an earlier boot' WHERE key = 'boot'");
  rmSync(reportPath(house.paths, 'T-1'));
  const before = recordsOf(house);
  const { clock, environment, launch } = house.context;
  closeHouse(await openHouse(house.root, house.name, { clock, environment, launch, look: true }));
  expect(recordsOf(house)).toEqual(before);
});

test('restore knows a status that was typed and not read yet, and says so before', async () => {
  const house = await bench(`# Old\n\n${task('T-1', 'echo 1', [LATER])}`);
  await house.monitor();
  house.edit('# Old', '# New');
  await house.monitor();
  house.edit('PENDING', 'COMPLETE');
  const { after } = await restoreVersion(house.context, 1, { dryRun: true });
  expect(after).toContain('# Old');
  expect(after).toContain('COMPLETE');
  await restoreVersion(house.context, 1, { dryRun: false });
  expect(house.queue()).toBe(after);
  expect(house.record('T-1').status).toBe('COMPLETE');
});

/** Every row of every table. */
function recordsOf({ context: { db } }: Bench): unknown {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return tables.map(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all());
}
