import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';

type MessageDirection = 'in' | 'out';

/**
 * Where a message stands. In: `open` (a task of ours was made of it), `unread`, `read`, `decided`
 * (a person said yes or no to it), `closed` (settled elsewhere). Out: `due` (to be put into the
 * other inbox), `sent`, `answered`, `decided` (its approval was heeded), `closed`, `lost` (no such house).
 */
export type MessageState =
  | 'open'
  | 'unread'
  | 'read'
  | 'decided'
  | 'closed'
  | 'due'
  | 'sent'
  | 'answered'
  | 'lost';

/** What a person decided about an approval. */
export interface Decision {
  approve: boolean;
  by: string;
  reason: string;
}

/** What a house knows of one message; the text itself is in the file. */
export interface MessageRecord {
  direction: MessageDirection;
  id: string;
  type: string;
  /** The other house, or `a person`. */
  peer: string;
  title: string;
  /** Ours: made of it, or the one it is about. */
  task: string | null;
  run: string | null;
  /** Out: hash of the words that an approval is asked for. */
  textHash: string | null;
  answers: string | null;
  state: MessageState;
  /** In: the status that was last answered. */
  told: string | null;
  decision: Decision | null;
  /** Hash of the message as it was sent, or as it was taken in; null where nobody knows any more. */
  shown: string | null;
  /** Out: the file, until it is sent. */
  content: string | null;
  /** Milliseconds since the epoch. */
  time: number;
}

export function readMessage(
  db: DatabaseSync,
  direction: MessageDirection,
  id: string,
): MessageRecord | null {
  const row = prepare(db, 'SELECT * FROM messages WHERE direction = ? AND id = ?').get(
    direction,
    id,
  );
  return row ? fromRow(row) : null;
}

/** Those that stand so, oldest first. */
export function readMessagesIn(
  db: DatabaseSync,
  direction: MessageDirection,
  state: MessageState,
): MessageRecord[] {
  return prepare(db, 'SELECT * FROM messages WHERE state = ? AND direction = ? ORDER BY time, id')
    .all(state, direction)
    .map(fromRow);
}

/** Those about one task, oldest first. */
export function readMessagesOf(db: DatabaseSync, task: string): MessageRecord[] {
  return prepare(db, 'SELECT * FROM messages WHERE task = ? ORDER BY time, id')
    .all(task)
    .map(fromRow);
}

/** The newest that came in, newest first. */
export function readReceived(db: DatabaseSync, limit: number): MessageRecord[] {
  return prepare(
    db,
    "SELECT * FROM messages WHERE direction = 'in' ORDER BY time DESC, id DESC LIMIT ?",
  )
    .all(limit)
    .map(fromRow);
}

/** Messages that a run sent. */
export function countSentBy(db: DatabaseSync, run: string): number {
  const row = prepare(
    db,
    "SELECT count(*) AS sent FROM messages WHERE direction = 'out' AND run = ? AND text_hash IS NULL",
  ).get(run);
  return Number(row?.['sent']);
}

/** False until the first message is recorded. */
export function hasMessages(db: DatabaseSync): boolean {
  return prepare(db, 'SELECT 1 FROM messages LIMIT 1').get() !== undefined;
}

export function writeMessage(db: DatabaseSync, message: MessageRecord): void {
  const values: SQLInputValue[] = [
    message.direction,
    message.id,
    message.type,
    message.peer,
    message.title,
    message.task,
    message.run,
    message.textHash,
    message.answers,
    message.state,
    message.told,
    message.decision === null ? null : JSON.stringify(message.decision),
    message.content,
    message.time,
    message.shown,
  ];
  prepare(
    db,
    `INSERT OR REPLACE INTO messages (direction, id, type, peer, title, task, run, text_hash, answers, state,
       told, decision, content, time, shown)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(...values);
}

function fromRow(row: Record<string, SQLOutputValue>): MessageRecord {
  const decision = row['decision'] as string | null;
  return {
    direction: row['direction'] as MessageDirection,
    id: row['id'] as string,
    type: row['type'] as string,
    peer: row['peer'] as string,
    title: row['title'] as string,
    task: row['task'] as string | null,
    run: row['run'] as string | null,
    textHash: row['text_hash'] as string | null,
    answers: row['answers'] as string | null,
    state: row['state'] as MessageState,
    told: row['told'] as string | null,
    decision: decision === null ? null : (JSON.parse(decision) as Decision),
    content: row['content'] as string | null,
    time: row['time'] as number,
    shown: row['shown'] as string | null,
  };
}
