import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { packageRoot } from '../../lib/core/package-root.ts';
import { houseNames } from '../../lib/houses/household.ts';
import { provision } from '../../lib/operations/provision.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import { emptyHousehold } from '../support/empty-household.ts';
import { treeOf } from '../support/tree.ts';

/** What differs from one house to the next, or is left by a process that is not dead. */
const OWN = /\.git\/|\.git$|\.env$|\.robed-tmp$|\.provision\./;

const make = (root: string) =>
  provision(
    root,
    'ezra',
    { robe: { port: null } },
    {
      clock: systemClock,
      environment: process.env,
      dryRun: false,
      crontab: false,
    },
  );

const committed = (root: string) =>
  spawnSync('git', ['-C', join(root, 'wizards', 'ezra'), 'log', '--format=%s', '--name-status'], {
    encoding: 'utf8',
  }).stdout;

/** From the `at`-th step on, nothing reaches the disk any more: as a death does it. */
function die(at: number): () => number {
  let count = 0;
  armFaults((_, path) => {
    // The lock of a dead process is nobody's; ours would still be held.
    if (/\.provision(\.|$)/.test(path) || path.endsWith('wizards')) return;
    count += 1;
    if (count >= at) throw new Error('dead');
  });
  return () => count;
}

test('killed before any step, it is made again to the same end', async () => {
  onTestFinished(() => armFaults(null));
  const whole = emptyHousehold();
  const steps = die(Number.POSITIVE_INFINITY);
  await make(whole);
  const all = steps();
  expect(all).toBeGreaterThan(50);
  const expected = { ...treeOf(whole, OWN), log: committed(whole) };
  for (let at = 1; at <= all; at++) {
    const root = emptyHousehold();
    die(at);
    await expect(make(root), `step ${at}`).rejects.toThrow();
    armFaults(null);
    const key = keyIn(root);
    await make(root);
    const there = JSON.parse(JSON.stringify(treeOf(root, OWN)).replaceAll(root, whole));
    expect({ ...there, log: committed(root) }, `step ${at}`).toEqual(expected);
    if (key !== null) expect(keyIn(root), `step ${at}`).toBe(key);
  }
});

function keyIn(root: string): string | null {
  const file = join(root, 'wizards', 'ezra', 'home', '.env');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

test('half a house is none: no tick dispatches from it', async () => {
  onTestFinished(() => armFaults(null));
  for (let at = 1; ; at += 7) {
    const root = emptyHousehold();
    die(at);
    const died = await make(root).then(
      () => false,
      () => true,
    );
    armFaults(null);
    if (!died) break;
    if (houseNames(root).length === 0) continue;
    for (const file of ['SOUL.md', 'config.yaml', '.env', 'WORK-QUEUE.md', 'work', 'completed']) {
      expect(existsSync(join(root, 'wizards', 'ezra', 'home', file)), `${file} at ${at}`).toBe(
        true,
      );
    }
  }
});

test('what a process that was really killed left half-written is swept', () => {
  for (const at of [8, 40, 65]) {
    const root = emptyHousehold();
    const robed = (env: Record<string, string>) =>
      spawnSync(
        process.execPath,
        [
          join(packageRoot(), 'scripts/robed.js'),
          'provision',
          'ezra',
          '--root',
          root,
          '--no-crontab',
        ],
        { encoding: 'utf8', env: { ...process.env, ...env } },
      );
    const killed = robed({ ROBED_FAULT_SEAM: '1', ROBED_FAULT: `kill:${at}` });
    expect(killed.signal).toBe('SIGKILL');
    expect(robed({})).toMatchObject({ status: 0, stderr: '' });
    expect(Object.keys(treeOf(root)).filter((name) => /robed-tmp|provisioning/.test(name))).toEqual(
      [],
    );
    expect(houseNames(root)).toEqual(['ezra']);
  }
});
