import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '../houses/paths.ts';
import { appendDurable } from '../platform/append.ts';
import { removeTree } from '../platform/files.ts';
import { pruneHistory } from '../queue/history-store.ts';
import type { QueueReading } from '../queue/reading.ts';
import { pruneEvents } from '../records/event-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { readTask, writeTask } from '../records/task-store.ts';
import type { HouseContext } from './context.ts';
import { queueGate } from './gate.ts';
import { historyOf } from './kept-history.ts';
import { writeQueue } from './write-queue.ts';

const DAY_MS = 86_400_000;

/** How long events are kept. */
const EVENT_DAYS = 30;

/** Once a day: drop events, past versions and run output that are older than they are kept. */
export function prune(context: HouseContext): void {
  const { db, clock, house } = context;
  const now = clock.now();
  const last = Number(readMeta(db, 'pruned') ?? 0);
  if (now >= last && now - last < DAY_MS) return;
  writeMeta(db, 'pruned', String(now));
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
  const { db, clock, house } = context;
  const { after } = house.settings.archive;
  const gate = queueGate(house, reading.doc);
  if (after === null || gate.readOnly !== null || !gate.adopted) return false;
  const now = clock.now();
  const old = [...reading.keyed.single].filter(([key]) => isOld(tasks.get(key), now - after));
  if (old.length === 0) return false;
  const blocks = old.map(([, entry]) => reading.doc.text.slice(entry.span.start, entry.span.end));
  const month = new Date(now).toISOString().slice(0, 7);
  appendDurable(join(house.paths.archive, `${month}.md`), `${blocks.join('\n')}\n`);
  const edits = old.map(([, entry]) => ({ ...entry.span, text: '' }));
  const written = writeQueue(context, reading, edits, {}, () => {
    for (const [key] of old) {
      const task = readTask(db, key);
      if (task) writeTask(db, { ...task, archivedAt: now });
    }
  });
  if (written) for (const [key] of old) tell(`${key}: archived`);
  return true;
}

function isOld(task: TaskRecord | undefined, before: number): boolean {
  if (task === undefined || task.dueAt !== null || task.finishedAt === null) return false;
  return (task.status === 'COMPLETE' || task.status === 'CANCELLED') && task.finishedAt < before;
}
