import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../core/errors.ts';
import { alertsSoon } from '../../operations/alerts/alerts-soon.ts';
import { refuseInsideRun } from '../../operations/change-task.ts';
import type { Idleness } from '../../operations/idleness.ts';
import { launchRunner, launchTakeOver } from '../../operations/launch-runner.ts';
import { systemTimer } from '../../operations/look-loop.ts';
import { memoryAtRest } from '../../operations/memory-at-rest.ts';
import { stopWork, supervisedRuns } from '../../operations/stop-work.ts';
import { type HouseWatch, openWatch } from '../../operations/watch-house.ts';
import { giveBackMemory } from '../../platform/give-back.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';
import { onInterrupt } from '../interrupts.ts';
import type { Show } from '../live/show.ts';

/** After a Ctrl-C with work under way: how long a second one is waited for. */
const SECOND_MS = 3000;

/** Why the watch ends. */
type End =
  | { type: 'idle' }
  | { type: 'broken'; reasons: string[] }
  | { type: 'signal'; signal: NodeJS.Signals }
  | { type: 'unread' };

/** Runs the houses until a signal comes, or with --until-idle until nothing is left to do. */
export async function run(context: Context, { options }: Input): Promise<number> {
  refuseInsideRun(context.environment, 'start');
  const end = Promise.withResolvers<End>();
  const second = Promise.withResolvers<'second'>();
  const states = new Map<string, Idleness>();
  const watches: HouseWatch[] = [];
  let show: Show | undefined;
  const alerts = alertsSoon(context.root(), { ...context, sleep }, systemTimer, (error) =>
    show?.trouble('alerts', error),
  );
  const memory = memoryAtRest(systemTimer, {
    heap: () => process.memoryUsage().heapTotal,
    giveBack: giveBackMemory,
  });
  try {
    for (const wizard of context.wizards()) {
      const watch = await openWatch(context.root(), wizard, {
        clock: context.clock,
        environment: context.environment,
        launch: launchRunner(context.environment, () => watch.wake()),
        timer: systemTimer,
        onLook(state) {
          states.set(wizard, state);
          show?.look(watch.context);
          if (options['untilIdle'] && states.size === watches.length) settle(states, end.resolve);
        },
        onEvents(events) {
          alerts.wake();
          memory.stir();
          show?.events(watch.context, events);
        },
        onTrouble: (error) => show?.trouble(wizard, error),
      });
      watches.push(watch);
    }
    show = await openShow(context);
  } catch (error) {
    for (const watch of watches) await watch.close();
    throw error;
  }
  const stopListening = onInterrupt(context.clock.monotonic, (count, signal) => {
    if (count === 1) end.resolve({ type: 'signal', signal });
    else if (count === 2 && signal === 'SIGINT') second.resolve('second');
    // Nobody waits for ever: whatever we are in the middle of, the next tick mends it.
    else process.exit(exitCodeOf({ type: 'signal', signal }));
  });
  context.out.closed.addEventListener('abort', () => end.resolve({ type: 'unread' }));
  try {
    for (const watch of watches) await watch.begin();
    memory.stir();
    const why = await end.promise;
    await Promise.all(watches.map((watch) => watch.pause()));
    for (const watch of watches) await watch.handOver(launchTakeOver(context.environment));
    for (const watch of watches) await watch.finish();
    if (why.type === 'signal') await leave(watches, why.signal, second.promise, show);
    else if (why.type === 'broken') for (const reason of why.reasons) show.say(`robed: ${reason}`);
    return exitCodeOf(why);
  } finally {
    alerts.close();
    memory.close();
    show.close();
    for (const watch of watches) await watch.close();
    stopListening();
  }
}

async function openShow(context: Context): Promise<Show> {
  if (context.out.terminal && !context.json) {
    const { showLive } = await import('../live/show-live.ts');
    return showLive(context, process.stdout);
  }
  const { showLines } = await import('../live/show-lines.ts');
  return showLines(context);
}

/** --until-idle: ends once no house is busy; a broken one makes that a failure. */
function settle(states: ReadonlyMap<string, Idleness>, resolve: (end: End) => void): void {
  const reasons: string[] = [];
  for (const [wizard, state] of states) {
    if (state.type === 'busy') return;
    if (state.type === 'broken') reasons.push(`${wizard}: ${state.reason}`);
  }
  resolve(reasons.length > 0 ? { type: 'broken', reasons } : { type: 'idle' });
}

/** What runs goes on with its runner; a second Ctrl-C within a moment stops it too. */
async function leave(
  watches: readonly HouseWatch[],
  signal: NodeJS.Signals,
  second: Promise<'second'>,
  show: Show,
): Promise<void> {
  const runs = watches.flatMap((watch) => supervisedRuns(watch.context));
  if (runs.length === 0) return;
  const goesOn = `goes on with its runner: ${runs.map(({ task, holder }) => `${task} (process ${holder.pid})`).join(', ')}`;
  if (
    signal !== 'SIGINT' ||
    !(await pressedAgain(second, () =>
      show.ask(`Ctrl-C again stops the work too; else it ${goesOn}`),
    ))
  ) {
    show.say(goesOn);
    return;
  }
  for (const watch of watches) {
    const stopped = await stopWork(watch.context, sleep);
    if (stopped.length > 0) {
      show.say(
        `stopped, and waiting for its next turn: ${stopped.map(({ task }) => task).join(', ')}`,
      );
    }
  }
}

async function pressedAgain(second: Promise<'second'>, ask: () => void): Promise<boolean> {
  ask();
  const waiting = new AbortController();
  const waited = sleep(SECOND_MS, 'over', { signal: waiting.signal }).catch(() => 'over');
  const pressed = await Promise.race([second, waited]);
  waiting.abort();
  return pressed === 'second';
}

function exitCodeOf(end: End): number {
  switch (end.type) {
    case 'idle':
    case 'unread':
      return EXIT.ok;
    case 'broken':
      return EXIT.failure;
    case 'signal':
      return end.signal === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
  }
}
