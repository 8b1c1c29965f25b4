import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../core/errors.ts';
import type { HouseContext } from '../operations/context.ts';
import { leaveQuietStamp, quietUntil } from '../operations/quiet-stamp.ts';
import { tick } from '../operations/tick.ts';
import type { Context } from './context.ts';
import { forEachHouse } from './houses.ts';
import { terminalLine } from './terminal-text.ts';

/** What one tick did in one house, or with --dry-run would do. */
interface Tick {
  wizard: string;
  /** How the queue was found: `read`, `missing`, `unsettled`, `unreadable`; null for a dry run. */
  queue: string | null;
  actions: string[];
  claimed: { task: string; run: string; attempt: number; body: string }[];
}

/** One tick over the houses, as cron fires it: says what it did, and nothing where there was nothing. */
export async function runTick(context: Context, options: { claim: boolean }): Promise<number> {
  const { results, exitCode } = await forEachHouse(
    context,
    (house) => (context.dryRun ? planned(house, options) : done(house, options)),
    { look: context.dryRun },
  );
  if (context.json) {
    context.out.json({ version: 1, dryRun: context.dryRun, wizards: results });
  } else {
    for (const { wizard, actions } of results) {
      for (const action of actions) context.out.line(terminalLine(`${wizard}: ${action}`));
    }
  }
  const damaged = results.filter(({ queue }) => queue === 'unreadable' || queue === 'missing');
  for (const { wizard, queue } of damaged) {
    context.messages.line(
      `robed: the queue of ${wizard} is ${queue}\n  see \`robed list --wizard ${wizard}\``,
    );
  }
  return exitCode || (damaged.length > 0 ? EXIT.failure : EXIT.ok);
}

async function planned(house: HouseContext, options: { claim: boolean }): Promise<Tick> {
  const { planTick } = await import('../operations/plan-tick.ts');
  const actions = await planTick(house, options);
  return { wizard: house.house.name, queue: null, actions, claimed: [] };
}

async function done(house: HouseContext, options: { claim: boolean }): Promise<Tick> {
  const reconciled = await tick(house, options, sleep);
  const { queue, actions, claimed } = reconciled;
  const job = options.claim ? 'dispatch' : 'task-monitor';
  const quiet = house.environment['ROBED_TICK'] === job ? quietUntil(house, reconciled) : null;
  if (quiet !== null) leaveQuietStamp(house, job, quiet);
  return {
    wizard: house.house.name,
    queue,
    actions,
    claimed: claimed.map(({ task, run, attempt, body }) => ({ task, run, attempt, body })),
  };
}
