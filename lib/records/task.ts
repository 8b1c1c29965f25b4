import type { Status } from '../core/status.ts';

/** What a run, or all runs of a task together, used. */
export interface Spent {
  tokens?: number;
  /** US dollars. */
  money?: number;
  turns?: number;
}

/** What Robed knows of one task. Times are milliseconds since the epoch. */
export interface TaskRecord {
  /** The task's id, or its handle where the queue gives no ids. */
  key: string;
  title: string;
  /** Hash of the block without its status token: tells a rename and an edit. */
  textHash: string;
  /** The status Robed last wrote to the queue or accepted from it. */
  status: Status;
  /**
   * What the last known version of the queue says, `PENDING`, or `PENDING+COMPLETE` where an id
   * stands twice; null where the entry is not in it.
   */
  fileStatus: string | null;
  /** Why it stands where it stands, for people; null where the status says all. */
  reason: string | null;
  /** A person set this status: IN_PROGRESS by hand is never dispatched or recovered. */
  byHand: boolean;
  /** Runs that ended since the task was last fresh. */
  attempts: number;
  /** Runs lost with their runner, in a row. */
  losses: number;
  notBefore: number | null;
  /** What an approval would allow: the run (`before`) or its result (`after`). */
  review: 'before' | 'after' | null;
  /** The text that a person approved for running. */
  approvedText: string | null;
  /** Its commands came in while an agent was at work: they wait for approval. */
  held: boolean;
  /** When a recurring task is due again. */
  dueAt: number | null;
  lastRun: string | null;
  spent: Spent;
  firstSeen: number;
  finishedAt: number | null;
  /** First reading of the queue without it; a deletion is believed at a later one. */
  missingSince: number | null;
  deletedAt: number | null;
  archivedAt: number | null;
}

export function newTaskRecord(
  key: string,
  title: string,
  textHash: string,
  status: Status,
  now: number,
): TaskRecord {
  return {
    key,
    title,
    textHash,
    status,
    fileStatus: null,
    reason: null,
    byHand: false,
    attempts: 0,
    losses: 0,
    notBefore: null,
    review: null,
    approvedText: null,
    held: false,
    dueAt: null,
    lastRun: null,
    spent: {},
    firstSeen: now,
    finishedAt: null,
    missingSince: null,
    deletedAt: null,
    archivedAt: null,
  };
}
