/**
 * One operation of a scenario, or what follows from it, in a process of its own that may be killed:
 * `operate ROOT SEED NOW SCENARIO`, `… recover`, `… runner RUN`, `… take-over RUN`. Ends with a command's exit codes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../lib/core/clock.ts';
import { UserError } from '../../lib/core/errors.ts';
import type { LaunchRunner } from '../../lib/operations/context.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { runTask } from '../../lib/operations/run-task.ts';
import { takeOver } from '../../lib/operations/take-over.ts';
import { giveBackMemory } from '../../lib/platform/give-back.ts';
import { spawnDetached } from '../../lib/platform/process.ts';
import { householdAt, openTestHouse } from '../support/house.ts';
import { gaveBack } from './programs.ts';
import { seeded } from './random.ts';
import { SCENARIOS } from './scenarios.ts';
import { watchUntil } from './watching.ts';

const [root = '', seed = '1', now = '0', what = '', run = ''] = process.argv.slice(2);

/** The system's, moved on to where the scenario left its own. */
const moved = Math.max(0, Number(now) - Date.now());
const clock: Clock & { advance(): void } = {
  now: () => Date.now() + moved,
  monotonic: () => performance.now(),
  advance: () => {},
};

const launcher =
  (role: 'runner' | 'take-over'): LaunchRunner =>
  async ({ paths }, name) => {
    const log = join(paths.logs, 'runner.log');
    const { identity } = await spawnDetached({
      argv: [process.execPath, import.meta.filename, root, seed, now, role, name],
      cwd: paths.house,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: root,
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      },
      stdoutPath: log,
      stderrPath: log,
      background: true,
    });
    return identity;
  };
const launch = launcher('runner');

/** Between two ticks of a dispatcher. */
const TICK_MS = 60;

async function operate(): Promise<void> {
  const house = householdAt(root);
  if (what === 'watcher') {
    const end = new Promise<void>((resolve) => process.once('SIGTERM', resolve));
    process.on(
      'SIGUSR2',
      () => void giveBackMemory().then(() => writeFileSync(gaveBack(root), '')),
    );
    await watchUntil(house, { clock, launch, takeOver: launcher('take-over') }, () => end);
    return;
  }
  const scenario = SCENARIOS[what];
  if (scenario) {
    await scenario.operate({
      house,
      random: seeded(Number(seed)),
      clock,
      launch,
      takeOver: launcher('take-over'),
    });
    return;
  }
  const context = await openTestHouse(house, { clock, launch });
  if (what === 'runner' || what === 'take-over') {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {});
    await (what === 'runner' ? runTask : takeOver)(context, run, { sleep, nudge: () => {} });
  } else if (what === 'dispatcher') {
    // Whoever began the crowd ends it; where that one is gone, nobody would.
    for (const parent = process.ppid; process.ppid === parent; ) {
      await reconcile(context, { claim: true });
      await sleep(TICK_MS * (0.5 + Math.random()));
    }
  } else await reconcile(context, { claim: false });
  closeHouse(context);
}

try {
  await operate();
} catch (error) {
  console.error(error);
  process.exit(error instanceof UserError ? error.exitCode : 1);
}
