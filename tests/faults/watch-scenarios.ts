import { appendFileSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../lib/core/clock.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import type { HouseWatch, WatchOptions } from '../../lib/operations/watch-house.ts';
import type { TestHouse } from '../support/house.ts';
import { until } from '../support/until.ts';
import { type DraftTask, draftQueue, taskId } from './queues.ts';
import { pick } from './random.ts';
import type { Scenario, Stage } from './stage.ts';
import { watchUntil } from './watching.ts';

/** A watch that is not idle after this long never will be. */
const PATIENCE_MS = 120_000;

/** Waits for something are shortened; moments between looks are not. */
const MOMENT = 100;
const HURRY = 20;

const hasty: WatchOptions['timer'] = (ms, fn) => systemTimer(ms > MOMENT ? ms / HURRY : ms, fn);

/** Longer than what the watcher does without a trigger; and so long that it can be met at work. */
const LONGER = 'sleep 0.15';
const LONG = 'sleep 0.7';

/** The watcher, with shell tasks in its own process. */
export const WATCH_SCENARIOS: Readonly<Record<string, Scenario>> = {
  watch: {
    prepare: (stage) => put(stage, [{}, {}, {}, {}]),
    operate: (stage) => watchUntilIdle(stage),
  },
  'watch-longer': {
    prepare: (stage) =>
      put(stage, [
        { lines: ['- **Verify:** `test -s effects`'] },
        { before: LONGER, lines: ['- **Produces:** effects'] },
        { lines: ['- **Verify:** `false`', '- **Attempts:** 1'] },
        {},
      ]),
    operate: (stage) => watchUntilIdle(stage),
  },
  'watch-save': {
    prepare: (stage) => put(stage, [{}, { status: 'DEFERRED' }]),
    operate: (stage) =>
      watchThrough(stage, async (_, idle) => {
        await idle;
        saveOver(stage.house, (text) => text.replace('DEFERRED', 'PENDING'));
        await until(
          'what was saved is done',
          () => stage.house.read().split('COMPLETE').length > 2,
        );
      }),
  },
  'watch-ends': {
    prepare: (stage) => put(stage, [{}, { before: LONG }, {}]),
    operate: (stage) =>
      watchThrough(stage, (watch, idle) => {
        const { work } = watch.context.house.paths;
        return Promise.race([idle, until('work that takes longer', () => hasTrigger(work))]);
      }),
  },
};

/** So that also a first read is among what may be killed. */
function put({ house, random }: Stage, tasks: Partial<DraftTask>[]): Promise<void> {
  const drafts = tasks.map((task, at) => ({ status: 'PENDING', ...task, id: taskId(at + 1) }));
  appendFileSync(house.paths.settings, 'backoff: 50ms\n');
  house.write(draftQueue(random, pick(random, ['heading', 'windows']), drafts));
  return Promise.resolve();
}

/** As an editor does that renames. */
function saveOver(house: TestHouse, change: (text: string) => string): void {
  writeFileSync(`${house.paths.queue}~`, change(house.read()));
  renameSync(`${house.paths.queue}~`, house.paths.queue);
}

const hasTrigger = (work: string): boolean =>
  existsSync(work) && readdirSync(work).some((name) => name.endsWith('.active'));

const watchUntilIdle = (stage: Stage): Promise<void> => watchThrough(stage, (_, idle) => idle);

/** Hastily, and not for ever. */
async function watchThrough(
  { house, clock, launch, takeOver }: Stage,
  enough: (watch: HouseWatch, idle: Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const patience = new AbortController();
  const rest = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(
    () => Promise.reject(new Error('the watch never came to rest')),
    () => {},
  );
  const watching = { clock: running(clock), launch, takeOver, timer: hasty };
  try {
    await watchUntil(house, watching, (watch, idle) => Promise.race([enough(watch, idle), rest]));
  } finally {
    patience.abort();
  }
}

/** The time of a clock that stands still, going on from there. */
function running(clock: Clock): Clock {
  const [from, began] = [clock.now(), performance.now()];
  return {
    now: () => from + Math.floor(performance.now() - began),
    monotonic: () => performance.now(),
  };
}
