import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../lib/core/clock.ts';
import type { HouseContext } from '../../lib/operations/context.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { readVersions, readVersionText } from '../../lib/queue/history-store.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import {
  launchNobody,
  makeHousehold,
  type SettableClock,
  settableClock,
  type TestHouse,
} from '../support/house.ts';
import { checkDone, readHouseQueue } from './check-house.ts';
import { driveToIdle, openDiligent } from './drive.ts';
import type { EditorMode, Saved } from './editor.ts';
import { entriesOf } from './person.ts';
import { draftQueue, taskId } from './queues.ts';
import { seeded } from './random.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';
import { watchUntil } from './watching.ts';

/** `watch-`: the watcher carries the tasks out meanwhile; else ticks, whose runs are at once done. */
type Mode = EditorMode | `watch-${EditorMode}`;

const MODES: readonly Mode[] = [
  'rename',
  'in-place',
  'stale-rename',
  'stale-in-place',
  'watch-rename',
  'watch-in-place',
];

/** Saves to one house; then another one is taken, since its history grows. */
const STORM = 400;

const FIRST_TASKS = 6;

/** What is not done by then is never done. */
const PATIENCE_MS = 120_000;

/** R5: an editor that saves as fast as it can, while tasks are claimed and completed in the same file. */
export async function editWithoutPause(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R5');
  const storm = Math.min(STORM, Math.ceil(options.points / MODES.length));
  for (let seed = options.seed; ; seed++) {
    for (const mode of MODES) {
      if (options.scenario !== undefined && options.scenario !== mode) continue;
      if (performance.now() > options.deadline) return tally;
      const { saves, violations } = await edit(mode, storm, seed);
      tally.tried += saves;
      for (const violation of violations) {
        tally.failures.push({
          ...violation,
          what: `${mode}: ${violation.what}`,
          replay: replayCommand('R5', seed, mode, String(storm)),
        });
      }
      options.progress?.(tally);
      if (tally.tried >= options.points) return tally;
    }
    if (options.scenario !== undefined) return tally;
  }
}

async function edit(
  mode: Mode,
  saves: number,
  seed: number,
): Promise<{ saves: number; violations: Violation[] }> {
  const tasks = Array.from({ length: FIRST_TASKS }, (_, at) => ({
    id: taskId(at + 1),
    status: 'PENDING',
  }));
  const text = draftQueue(seeded(seed), 'heading', tasks).replace(
    'Last words',
    'Note 0\n\nLast words',
  );
  const house = makeHousehold(text);
  const clock = runningClock();
  let context: HouseContext | null = null;
  const editor = fileURLToPath(new URL('editor.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [editor, house.paths.queue, mode.replace('watch-', ''), String(saves), String(seed)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    log += piece;
  });
  let ended = false;
  const closed = once(child, 'close').then(() => {
    ended = true;
  });
  const violations: Violation[] = [];
  try {
    if (mode.startsWith('watch-')) await watchDuring(house, closed);
    context = await openDiligent(house, clock);
    while (!ended) {
      await reconcile(context, { claim: true });
      await sleep(1);
    }
    await closed;
    await driveToIdle(context, clock);
    const saved = log
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Saved);
    if (saved.length !== saves)
      violations.push({
        harm: 'unexplained',
        what: `the editor saved ${saved.length} times of ${saves}`,
      });
    violations.push(...checkSaves(context, saved), ...checkOutcome(context, saved, mode));
  } catch (error) {
    child.kill('SIGKILL');
    violations.push({ harm: 'unexplained', what: `${(error as Error).stack}` });
  }
  if (context !== null) closeHouse(context);
  house.remove();
  return { saves, violations };
}

/** The editor's saves, and the work that came with the last of them: what is handed over, nobody does. */
async function watchDuring(house: TestHouse, closed: Promise<unknown>): Promise<void> {
  const watching = { clock: systemClock, launch: launchNobody, takeOver: launchNobody };
  await watchUntil(house, watching, async ({ context: { db } }) => {
    await closed;
    const done = () => isAllDone(house) && readOpenRuns(db).length === 0;
    for (let waited = 0; waited < PATIENCE_MS && !done(); waited += 20) await sleep(20);
  });
}

const isAllDone = (house: TestHouse): boolean =>
  entriesOf(house.read()).every(({ status }) => status === 'COMPLETE');

/** Every save is a version that can be had back, but for those that the editor itself saved over. */
function checkSaves(context: HouseContext, saved: Saved[]): Violation[] {
  const { history } = context.house.paths;
  const versions = readVersions(history);
  const kept = new Set(versions.map((version) => version.hash));
  const lost = saved.filter(
    (save, at) => !kept.has(save.hash) && saved[at + 1]?.over !== save.hash,
  );
  const violations: Violation[] = lost.map((save) => ({
    harm: 'lost',
    what: `a save is neither the queue nor a past version: ${/^Note.*$/m.exec(save.text)?.[0]}`,
  }));
  for (const save of saved) {
    const version = versions.find((one) => one.hash === save.hash);
    if (version && hashOf(readVersionText(history, versions, version.seq)) !== save.hash) {
      violations.push({ harm: 'torn', what: `version ${version.seq} is not what was saved` });
    }
  }
  return violations;
}

function checkOutcome(context: HouseContext, saved: Saved[], mode: Mode): Violation[] {
  const last = saved.at(-1)?.text ?? '';
  const ids = [
    ...new Set(
      saved.flatMap((save) =>
        [...save.text.matchAll(/^## (TASK-\d+)/gm)].map((match) => match[1] ?? ''),
      ),
    ),
  ];
  const told = toldOf(context);
  const facts = {
    ids: ids.filter((id) => !(dropped(saved).has(id) && told.has(id))),
    titles: [],
    finished: [],
    texts: [],
    lastEvent: 0,
    remembered: true,
    now: 0,
  };
  const violations = checkDone(context, facts);
  const { doc } = readHouseQueue(context);
  const note = /^Note.*$/m.exec(last)?.[0] ?? '';
  if (!doc.text.includes(note))
    violations.push({ harm: 'lost', what: `the last save is not in the queue: ${note}` });
  const events = readEvents(context.db);
  const forgotten = dropped(saved);
  for (const event of events) {
    if (event.type === 'task.deleted' && forgotten.has(event.task ?? '')) continue;
    const meant = [
      'task.created',
      'task.assigned',
      'task.started',
      'task.completed',
      'queue.conflict',
    ];
    if (!meant.includes(event.type)) {
      const harm = event.type === 'task.retried' ? 'duplicated' : 'unexplained';
      violations.push({
        harm,
        what: `nobody asked for ${event.type} of ${event.task} ${JSON.stringify(event.data)}`,
      });
    }
  }
  if (
    mode.startsWith('stale') &&
    saved.length > 50 &&
    !events.some((event) => event.type === 'queue.conflict')
  ) {
    violations.push({
      harm: 'unexplained',
      what: 'old copies were saved, and no conflict was told',
    });
  }
  return violations;
}

/** Tasks that the editor itself left out of a later save: it had loaded the file in between two writes. */
function dropped(saved: Saved[]): Set<string> {
  const gone = new Set<string>();
  const seen = new Set<string>();
  for (const { text } of saved) {
    const now = new Set([...text.matchAll(/^## (TASK-\d+)/gm)].map((match) => match[1] ?? ''));
    for (const id of seen) if (!now.has(id)) gone.add(id);
    for (const id of now) seen.add(id);
  }
  return gone;
}

/** Tasks of which a person is told that a save took them out. */
function toldOf({ db }: HouseContext): Set<string> {
  const told = readEvents(db).filter(
    (event) =>
      event.type === 'task.deleted' ||
      (event.type === 'queue.conflict' && event.data['code'] === 'saved-over'),
  );
  return new Set(told.map((event) => event.task).filter((task) => task !== null));
}

/** The system's clock, that can also be moved on. */
function runningClock(): SettableClock {
  const moved = settableClock(0);
  return {
    now: () => Date.now() + moved.now(),
    monotonic: () => performance.now() + moved.monotonic(),
    advance: moved.advance,
  };
}
