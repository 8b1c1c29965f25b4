import type { Status } from '../core/status.ts';
import type { Base } from '../queue/base.ts';
import type { Changes, FileState } from '../queue/version.ts';
import type { NewConflict } from '../records/conflict-store.ts';
import type { NewEvent } from '../records/event.ts';
import type { TaskRecord } from '../records/task.ts';

/** What Robed sees in a save. */
export interface Save {
  states: ReadonlyMap<string, FileState>;
  duplicates: ReadonlySet<string>;
  titles: ReadonlyMap<string, string>;
  /** Entries that give commands, a body or a check: what an agent may not slip in unseen. Asked only while one is at work. */
  commanding: ReadonlySet<string>;
}

export interface SaveInput {
  save: Save;
  tasks: ReadonlyMap<string, TaskRecord>;
  /** Keys of tasks with a live run. */
  running: ReadonlySet<string>;
  /** A live run's body acts on its own judgement. */
  agentAtWork: boolean;
  /** Finds the version that the save was made from; asked only where it matters. */
  findBase: (save: ReadonlyMap<string, FileState>, head: ReadonlyMap<string, FileState>) => Base;
  /** The version that the records stand for; null before the first. */
  head: number | null;
  now: number;
  /** What reports tell of tasks that the records don't know. */
  rebuilt: ReadonlyMap<string, { run: string; attempt: number; status: Status | null }>;
}

/** What a save means: the new records, what is told, and what has to be stopped or put back. */
export interface SavePlan {
  tasks: TaskRecord[];
  /** Keys whose record becomes another's, from → to. */
  renames: Map<string, string>;
  events: NewEvent[];
  conflicts: NewConflict[];
  stops: Map<string, Status>;
  /** Entries that an old copy dropped: their blocks go back in. */
  reinsert: string[];
  changes: Changes;
  /** The save was made from an older version than the newest. */
  stale: boolean;
}
