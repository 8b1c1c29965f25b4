import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { runFolder } from '../houses/paths.ts';
import { removeTree } from '../platform/files.ts';
import type { QueueEntry } from '../queue/document.ts';
import { pruneHistory } from '../queue/history-store.ts';
import type { QueueReading } from '../queue/reading.ts';
import { readOpenConflicts } from '../records/conflict-store.ts';
import { pruneEvents } from '../records/event-store.ts';
import { dropMeta, readMeta, writeMeta } from '../records/house-db.ts';
import { isOver } from '../records/lifecycle.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { copyToArchive, recordArchived } from './archive-copy.ts';
import type { HouseContext } from './context.ts';
import { queueGate } from './gate.ts';
import { historyOf } from './kept-history.ts';
import { writeQueue } from './write-queue.ts';

const DAY_MS = 86_400_000;

/** How long events are kept. */
const EVENT_DAYS = 30;

/** Under which the records keep that pruning waits for another day. */
const DOUBT = 'prune-doubt';

/**
 * Once a day: drop events, past versions and run output that are older than they are kept. After a
 * longer time than that the clock may just have jumped, and what goes by it is lost: another day shows.
 */
export function prune(context: HouseContext): void {
  const { db, clock, house } = context;
  const now = clock.now();
  const since = now - Number(readMeta(db, 'pruned') ?? 0);
  if (since >= 0 && since < DAY_MS) return;
  writeMeta(db, 'pruned', String(now));
  if (since > 2 * DAY_MS && readMeta(db, DOUBT) === null) {
    writeMeta(db, DOUBT, String(now));
    return;
  }
  dropMeta(db, DOUBT);
  pruneEvents(db, now - EVENT_DAYS * DAY_MS);
  const kept = now - house.settings.history.days * DAY_MS;
  pruneHistory(historyOf(context), kept);
  pruneOutput(context, kept);
}

/** The output of runs that ended long ago; what mattered of it stands in their reports. */
function pruneOutput({ db, house }: HouseContext, before: number): void {
  const folder = join(house.paths.logs, 'runs');
  if (!existsSync(folder)) return;
  const open = new Set(readOpenRuns(db).map((run) => runFolder(house.paths, run.run)));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!open.has(path) && lstatSync(path).mtimeMs < before) removeTree(path);
  }
}

/**
 * Move entries that were finished long enough ago out of the queue into archive/<month>.md, where
 * house.yaml asks for it. The copy is on disk before the entry goes; its id is never used again.
 */
export function archiveFinished(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const { db, clock } = context;
  const old = findOld(context, reading, tasks);
  if (old.length === 0) return false;
  const now = clock.now();
  const blocks = old.map(([, entry]) => reading.doc.text.slice(entry.span.start, entry.span.end));
  copyToArchive(context, blocks);
  const edits = old.map(([, entry]) => ({ ...entry.span, text: '' }));
  const archived = old.map(([key]) => key);
  const written = writeQueue(context, reading, edits, { archived }, () =>
    recordArchived(db, archived, now),
  );
  if (written) for (const key of archived) tell(`${key}: archived`);
  return true;
}

/** The entries that `archiveFinished` moves. */
export function findOld(
  { db, clock, house }: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
): readonly Keyed[] {
  const { after } = house.settings.archive;
  const gate = queueGate(house, reading.doc);
  if (after === null || gate.readOnly !== null || !gate.adopted) return [];
  const before = clock.now() - after;
  const finished = [...reading.keyed.single].filter(([key]) => isOld(tasks.get(key), before));
  return withoutTwins(reading, withoutQuestions(db, finished));
}

type Keyed = readonly [string, QueueEntry];

/** What a person is asked about stays until it is settled. */
function withoutQuestions(db: DatabaseSync, finished: readonly Keyed[]): readonly Keyed[] {
  if (finished.length === 0) return finished;
  const asked = new Set(readOpenConflicts(db).map(({ task }) => task));
  return finished.filter(([key]) => !asked.has(key));
}

/**
 * Entries of one title that have no id are told apart by their order: none of that title goes as long
 * as one of them stays.
 */
function withoutTwins({ keyed }: QueueReading, finished: readonly Keyed[]): readonly Keyed[] {
  if (finished.length === 0) return finished;
  const goes = new Set(finished.map(([key]) => key));
  const stays = new Set<string>();
  for (const [key, entry] of keyed.single) {
    if (entry.id === null && !goes.has(key)) stays.add(entry.title.toLowerCase());
  }
  return finished.filter(([, entry]) => !stays.has(entry.title.toLowerCase()));
}

function isOld(task: TaskRecord | undefined, before: number): boolean {
  if (task === undefined || task.finishedAt === null) return false;
  return isOver(task) && task.finishedAt < before;
}
