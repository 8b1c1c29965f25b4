import { UserError } from '../core/errors.ts';
import { applyEdits } from '../core/text-edit.ts';
import { replaceByExchange } from '../platform/exchange.ts';
import { hashOf, readSnapshot } from '../platform/snapshot.ts';
import { transaction } from '../platform/sqlite.ts';
import { readVersions, readVersionText } from '../queue/history-store.ts';
import { readText } from '../queue/reading.ts';
import type { Version } from '../queue/version.ts';
import { recordEvent } from '../records/event-store.ts';
import { readTasks } from '../records/task-store.ts';
import { refuseInsideRun } from './change-task.ts';
import { type HouseContext, readHead } from './context.ts';
import { foreseen } from './foreseen.ts';
import { historyOf } from './kept-history.ts';
import { reconcile } from './reconcile.ts';
import { statusEdits } from './status-edits.ts';
import { keepSuperseded, newestSeq, putSaveBack } from './write-queue.ts';

export interface PastVersion {
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
  by: Version['by'];
  hash: string;
  /** Keys of the tasks it changed. */
  changed: string[];
  /** The queue as it stands now. */
  current: boolean;
}

/** The versions of the queue that are kept, newest first. */
export function listVersions(context: HouseContext): PastVersion[] {
  const head = readHead(context.db);
  return readVersions(historyOf(context))
    .map((version) => ({
      seq: version.seq,
      time: version.time,
      by: version.by,
      hash: version.hash,
      changed: Object.keys(version.changes),
      current: version.seq === head?.seq,
    }))
    .reverse();
}

/** The text of one kept version. Throws UserError where it is not kept. */
export function readVersion(context: HouseContext, seq: number): string {
  const history = historyOf(context);
  return readVersionText(history, readVersions(history), seq);
}

/**
 * Make a past version's text the queue again, with the statuses of today: finished work stays
 * finished, and entries that are not in it are deleted by it. What it replaces is kept.
 */
export async function restoreVersion(
  context: HouseContext,
  seq: number,
  options: { dryRun: boolean },
): Promise<{ before: string; after: string }> {
  refuseInsideRun(context.environment, 'restore');
  const { db, clock, house } = context;
  const past = readVersion(context, seq);
  const present = () => withPresentStatuses(context, past);
  // A status that was typed and not read yet is one of today's too.
  if (!options.dryRun) await reconcile(context, { claim: false });
  const after = options.dryRun ? foreseen(context, present) : present();
  const now = readSnapshot(house.paths.queue);
  const before = now?.bytes.toString('utf8') ?? '';
  if (options.dryRun) return { before, after };
  if (now === null)
    throw new UserError('expected a queue to restore into, found no file', {
      file: house.paths.queue,
      hint: `\`robed history --show ${seq}\` prints the version`,
    });
  keepSuperseded(context, now.bytes);
  const replaced = replaceByExchange(house.paths.queue, after, now.hash);
  if (replaced.kept !== null) {
    const seq = newestSeq(context);
    context.displaced.push({ path: replaced.kept, hash: now.hash, by: hashOf(after), seq });
  }
  if (!replaced.ok && replaced.displaced !== null) {
    putSaveBack(context, replaced.displaced);
    throw new UserError('somebody saved the queue just now: their save stands', {
      hint: 'look at it, then restore again',
    });
  }
  transaction(db, () =>
    recordEvent(db, clock.now(), { type: 'queue.restored', data: { seq, hash: hashOf(after) } }),
  );
  await reconcile(context, { claim: false });
  return { before, after };
}

/** The text as it was, each entry as its task stands now. */
function withPresentStatuses(context: HouseContext, text: string): string {
  const tasks = readTasks(context.db);
  let reading = readText(context.house.paths.queue, Buffer.from(text));
  if (reading.doc.readOnly !== null) return text;
  for (let rounds = 0; rounds <= reading.doc.entries.length; rounds++) {
    const { edits } = statusEdits(reading, tasks);
    if (edits.length === 0) break;
    const next = applyEdits(reading.doc.text, edits);
    reading = readText(context.house.paths.queue, Buffer.from(next));
  }
  return reading.doc.text;
}
