import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const ONCE = 'Attempts: 1';

async function afterRun(
  script: string,
  fields: string[],
  prepare: (house: Bench) => void = () => {},
): Promise<Bench> {
  const house = await bench(task('T-1', script, [...fields, ONCE]));
  prepare(house);
  await house.work();
  return house;
}

const inWorkspace = (house: Bench, file: string) => join(house.paths.workspace, file);

describe('success is believed only where', () => {
  test('the check passes; the report says which failed, how, and what it printed', async () => {
    const house = await afterRun('echo done', ['Verify: `true` and `echo wrong version; exit 3`']);
    expect(house.status('T-1')).toBe('FAILED');
    const report = house.report('T-1');
    expect(report).toContain('verify: failed');
    expect(report).toContain('`echo wrong version; exit 3` exited 3');
    expect(report).toContain('| wrong version');
    expect(report).toContain('Verify `true`: passed');
  });

  test('the check ends in its time', async () => {
    const house = await afterRun('echo done', ['Verify: `sleep 600`', 'Timeout: 1s']);
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('was ended by a signal or its time');
  });

  test('the check ends by itself, where there are weeks for it', async () => {
    const house = await afterRun('echo done', ['Verify: `sleep 0.2`', 'Timeout: 30d']);
    expect(house.status('T-1')).toBe('COMPLETE');
  });

  test('the check can begin: the work was done, and is not done again for it', async () => {
    const house = await afterRun('echo x >>../ran; rm -r "$PWD"; echo gone', ['Verify: `true`']);
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('could not start /bin/sh in');
    expect(readFileSync(join(house.paths.workspace, '..', 'ran'), 'utf8')).toBe('x\n');
  });

  test('what came of it can be judged, whatever stands where Robed keeps it', async () => {
    const house = await afterRun('run=$(dirname "$0"); echo x >>ran; rm -r "$run"; echo >"$run"', [
      'Verify: `true`',
    ]);
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('Robed could not judge it: ');
    expect(readFileSync(inWorkspace(house, 'ran'), 'utf8')).toBe('x\n');
  });

  test('the promised file can be read in its time, and nothing waits for that', async () => {
    const house = await afterRun('truncate -s 1T big; echo done', [
      'Produces: `big`',
      'Timeout: 1s',
    ]);
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('the promised file big could not be read in time');
  });

  test('the promised file is there', async () => {
    const house = await afterRun('echo done', ['Produces: `a.txt`, `b.txt`'], (at) =>
      writeFileSync(inWorkspace(at, 'c.txt'), ''),
    );
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain(
      'the promised file a.txt is missing; the promised file b.txt is missing',
    );
  });

  test('the promised file is new', async () => {
    const house = await afterRun('echo done', ['Produces: `a.txt`'], (at) =>
      writeFileSync(inWorkspace(at, 'a.txt'), 'old'),
    );
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('is the one that was there before the run');
  });

  test('the promised file is a file', async () => {
    const house = await afterRun('mkdir a.txt', ['Produces: `a.txt`']);
    expect(house.report('T-1')).toContain('the promised a.txt is no file');
  });

  test('the promised file lies in the workspace, links followed', async () => {
    const house = await afterRun('ln -s /etc/hostname a.txt; echo linked', ['Produces: `a.txt`']);
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('leads out of the workspace');
    expect(house.report('T-1')).not.toContain('sha256: ');
  });

  test('a promised file that is written again counts as new', async () => {
    const house = await afterRun('echo new >a.txt', ['Produces: `a.txt`'], (at) =>
      writeFileSync(inWorkspace(at, 'a.txt'), 'old'),
    );
    expect(house.status('T-1')).toBe('COMPLETE');
  });
});

describe('a promise of a path outside the workspace is BLOCKED before anything runs:', () => {
  for (const path of ['../out.txt', '/tmp/out.txt', 'a/../../out.txt', 'link/out.txt', './']) {
    test(path, async () => {
      const house = await afterRun('touch ran', [`Produces: \`${path}\``], (at) => {
        mkdirSync(join(at.root, 'elsewhere'));
        symlinkSync(join(at.root, 'elsewhere'), inWorkspace(at, 'link'));
      });
      expect(house.status('T-1')).toBe('BLOCKED');
      expect(house.record('T-1').reason).toContain('it promises');
      expect(existsSync(inWorkspace(house, 'ran'))).toBe(false);
      expect(house.events('T-1')).toEqual(['task.created', 'task.blocked']);
    });
  }
});

test('a check runs in the workspace and knows its task', async () => {
  const house = await afterRun('echo done', [
    'Verify: `test "$PWD/$ROBED_TASK" = "$(pwd -P)/T-1" && touch checked`',
  ]);
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(existsSync(inWorkspace(house, 'checked'))).toBe(true);
});

test('what a failed check left running ends with the run', async () => {
  const house = await afterRun('echo done', ['Verify: `sleep 600 >/dev/null 2>&1 & exit 1`']);
  expect(processesOfRun(house.record('T-1').lastRun ?? '')).toEqual([]);
});
