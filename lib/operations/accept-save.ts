import { transaction } from '../platform/sqlite.ts';
import { findBase } from '../queue/base.ts';
import {
  appendVersion,
  fileOfSave,
  keepSave,
  lastVersion,
  readVersions,
} from '../queue/history-store.ts';
import { changesBetween, keyOf } from '../queue/keys.ts';
import type { QueueReading } from '../queue/reading.ts';
import { type Changes, type FileState, isAside, type Version } from '../queue/version.ts';
import { changeMark } from '../records/change-mark.ts';
import { type NewConflict, openConflict } from '../records/conflict-store.ts';
import { recordEvent } from '../records/event-store.ts';
import type { RunRecord } from '../records/run.ts';
import { readOpenRuns, requestStop } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { renameTask, writeTask } from '../records/task-store.ts';
import { archivedSince, recordArchived } from './archive-copy.ts';
import { type Head, type HouseContext, readHead, writeHead } from './context.ts';
import { historyOf, recordSave } from './kept-history.ts';
import { readPast } from './past-reading.ts';
import { planSave } from './plan-save.ts';
import type { Save, SavePlan } from './save.ts';

/** Plan what a save means, against the records as they are. Reads history only where it matters. */
export function planReadSave(
  context: HouseContext,
  reading: QueueReading,
  head: Head | null,
  tasks: ReadonlyMap<string, TaskRecord>,
  runs: readonly RunRecord[],
): SavePlan {
  const live = runs.filter((run) => run.state === 'claimed' || run.state === 'running');
  const agentAtWork = live.some((run) => run.agent);
  return planSave({
    save: {
      ...describeSave(reading),
      commanding: agentAtWork ? newCommands(context, reading, head) : NONE,
    },
    tasks,
    running: new Set(live.map((run) => run.task)),
    agentAtWork,
    findBase: (save, states) => {
      // A person's version beyond the head is no base: it is this save, kept by a tick that died.
      const versions = readVersions(historyOf(context)).filter(
        (version) => version.by === 'robed' || version.seq <= (head?.seq ?? 0),
      );
      return findBase(save, redo(states, versions, head), versions);
    },
    head: head?.seq ?? null,
    now: context.clock.now(),
    rebuilt: context.rebuilt,
  });
}

interface AcceptOptions {
  /** How the records stood when they were read for the plan (`changeMark`). */
  mark?: string;
  /** Keep its bytes in the records, safe at the same commit; their file follows. */
  inRecords?: boolean;
}

/**
 * Make a save the head: its bytes are kept whole, then everything it means is recorded in one
 * transaction. False where the records moved on since it was planned.
 */
export function acceptSave(
  context: HouseContext,
  reading: QueueReading,
  head: Head | null,
  plan: SavePlan,
  { mark, inRecords = false }: AcceptOptions = {},
): boolean {
  const { db, clock } = context;
  return transaction(db, () => {
    const now = clock.now();
    if (readHead(db)?.seq !== head?.seq) return false;
    if (mark !== undefined && mark !== changeMark(db)) return false;
    const history = historyOf(context);
    const last = lastVersion(history);
    let seq = last?.seq ?? 0;
    const archived = archivedSince(history, last, head, reading);
    if (last !== null && last.hash === reading.hash && standsFor(last, head)) {
      // Our own write, which died before it could say so.
      if (last.by === 'robed') {
        for (const [from, to] of Object.entries(last.renames ?? {})) renameTask(db, from, to);
      }
    } else {
      seq = Math.max(head?.seq ?? 0, seq) + 1;
      const changes = isRebuilt(head) ? changesSince(context, head.seq, reading) : null;
      const version = {
        seq,
        time: now,
        hash: reading.hash,
        by: 'person',
        file: fileOfSave(seq, reading.hash),
        changes: changes ?? plan.changes,
      } as const;
      if (inRecords) recordSave(db, version, reading.doc.text);
      else {
        keepSave(history, version.file, reading.bytes);
        appendVersion(history, version);
      }
    }
    writeHead(db, { seq, hash: reading.hash });
    for (const [from, to] of plan.renames) renameTask(db, from, to);
    for (const task of plan.tasks) writeTask(db, task);
    if (archived.length > 0) recordArchived(db, archived, now);
    for (const event of plan.events) recordEvent(db, now, event);
    for (const conflict of [...plan.conflicts, ...savedOver(context, reading, head, seq)]) {
      if (!openConflict(db, now, conflict)) continue;
      recordEvent(db, now, {
        type: 'queue.conflict',
        task: conflict.task ?? undefined,
        data: { code: conflict.code, message: conflict.message },
      });
    }
    const live = new Map(readOpenRuns(db).map((run) => [run.task, run.run]));
    for (const [task, status] of plan.stops) {
      const run = live.get(task);
      if (run !== undefined) requestStop(db, run, status);
    }
    return true;
  });
}

const NONE: ReadonlySet<string> = new Set();

function describeSave({ keyed }: QueueReading): Omit<Save, 'commanding'> {
  const { single, duplicates, states } = keyed;
  const titles = new Map<string, string>();
  for (const [key, entry] of single) titles.set(key, entry.title);
  for (const [key, [first]] of duplicates) titles.set(key, first?.title ?? '');
  return { states, duplicates: new Set(duplicates.keys()), titles };
}

/**
 * What an entry said before counts too, since an agent may take out what asks for approval, or the
 * history. Where the records were made anew, an entry is new to them and yet not new: what it says as
 * before is old.
 */
function newCommands(
  context: HouseContext,
  reading: QueueReading,
  head: Head | null,
): ReadonlySet<string> {
  const before = readHeadVersion(context, head);
  if (head !== null && before === null) return new Set(reading.keyed.states.keys());
  const commanding = commandingKeys(reading);
  if (before) for (const key of commandingKeys(before)) commanding.add(key);
  for (const [key, { text }] of (isRebuilt(head) && before?.keyed.states) || []) {
    if (reading.keyed.states.get(key)?.text === text) commanding.delete(key);
  }
  return commanding;
}

function commandingKeys(reading: QueueReading): Set<string> {
  const keys = new Set<string>();
  for (const entry of reading.doc.entries) {
    if (commands(reading, entry.span.start, entry.span.end)) keys.add(keyOf(entry));
  }
  return keys;
}

/** The version that the records stand for; null where it is not kept. */
function readHeadVersion(context: HouseContext, head: Head | null): QueueReading | null {
  return head && readPast(context.house.paths, readVersions(historyOf(context)), head.seq);
}

/** A fence, or a field that makes Robed run something: seen by its words, so that nothing is parsed. */
function commands({ doc }: QueueReading, start: number, end: number): boolean {
  return /```|~~~|\bverif|\bbody\b|\bevery\b|\bapproval\b/i.test(doc.text.slice(start, end));
}

/** A version beyond the head is ours or this save, of a tick that died; without records, the last one is the head. */
function standsFor(last: Version, head: Head | null): boolean {
  return !isAside(last) && (last.seq > (head?.seq ?? 0) || isRebuilt(head));
}

/** The records were made anew (`rebuild`): which version they stand for is known, its hash not believed. */
const isRebuilt = (head: Head | null): head is Head => head?.hash === '';

/** Against the version itself, where the records can't tell what it said. */
function changesSince(context: HouseContext, seq: number, reading: QueueReading): Changes | null {
  const before = readPast(context.house.paths, readVersions(historyOf(context)), seq);
  return before && changesBetween(before.keyed.states, reading.keyed.states);
}

/** Entries of a save that this one, now version `seq`, went over before anybody had read it: kept, and told. */
function savedOver(
  context: HouseContext,
  reading: QueueReading,
  head: Head | null,
  seq: number,
): NewConflict[] {
  if (head === null || seq <= head.seq + 1) return [];
  const versions = readVersions(historyOf(context));
  const known = new Set([head.hash, reading.hash]);
  const over = versions.filter((one) => one.seq > head.seq && isAside(one) && !known.has(one.hash));
  return over.flatMap(({ seq }) => {
    const past = readPast(context.house.paths, versions, seq);
    const gone = [...(past?.keyed.states.keys() ?? [])].filter(
      (key) => !reading.keyed.states.has(key),
    );
    return gone.map((task) => ({
      code: 'saved-over',
      task,
      message: `${task} was in a save that another one went over at once: it is kept as version ${seq}, \`robed history --show ${seq}\``,
    }));
  });
}

/** What the newest version says, where our own writes went on after the head. */
function redo(
  states: ReadonlyMap<string, FileState>,
  versions: readonly Version[],
  head: Head | null,
): Map<string, FileState> {
  const at = new Map(states);
  for (const version of versions) {
    if (version.seq <= (head?.seq ?? 0)) continue;
    for (const [key, change] of Object.entries(version.changes)) {
      const status = change.status ? change.status[1] : (at.get(key)?.status ?? null);
      const text = change.text ? change.text[1] : (at.get(key)?.text ?? null);
      if (status === null || text === null) at.delete(key);
      else at.set(key, { status, text });
    }
  }
  return at;
}
