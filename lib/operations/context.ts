import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../core/clock.ts';
import type { Status } from '../core/status.ts';
import type { House } from '../houses/household.ts';
import type { ProcessIdentity } from '../platform/identity.ts';
import type { QueueReading } from '../queue/reading.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import type { RunRecord } from '../records/run.ts';
import type { TaskRecord } from '../records/task.ts';
import type { Aside } from './aside.ts';
import type { PlannedClaim } from './claim-plan.ts';

/** Starts a detached runner for a claimed run; returns who it is. */
export type LaunchRunner = (house: House, run: string) => Promise<ProcessIdentity>;

/** What a report tells of its task, where the records are gone. */
export interface RebuiltTask {
  run: string;
  fence: number;
  attempt: number;
  status: Status | null;
}

/** What the claim was planned from. */
export interface LaneSight {
  reading: QueueReading;
  tasks: ReadonlyMap<string, TaskRecord>;
}

/**
 * Carries runs out in this process, one after the other, where that can be done (docs/decisions):
 * the watcher has one.
 */
export interface Lane {
  takes(context: HouseContext, plan: PlannedClaim): boolean;
  /**
   * Claim and begin; null where somebody was quicker. `first` is asked inside the claim's
   * transaction, and what it records is part of it; false: no claim.
   */
  begin(
    context: HouseContext,
    plan: PlannedClaim,
    seen: LaneSight,
    first?: () => boolean,
  ): RunRecord | null;
  /** Claim and begin in one commit what else there is room for, after what was begun last. */
  fill(context: HouseContext): Promise<RunRecord[]>;
  /** Robed itself made the queue's version `after` from `before`. */
  wrote(before: string, after: string): void;
}

/** What an operation works in: one house, its memory, the time, and the means to start a runner. */
export interface HouseContext {
  house: House;
  db: DatabaseSync;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  environment: NodeJS.ProcessEnv;
  launch: LaunchRunner;
  /** These two only where this process stays. */
  lane?: Lane;
  aside?: Aside;
  /** The last parse, so that an unchanged queue is not parsed twice. */
  cache: { reading?: QueueReading };
  /** A reconcile in this process has come to its end: whatever the dead left is dealt with. */
  lookedAround?: true;
  /** Files that a write displaced, which an editor may still hold open. */
  displaced: Displaced[];
  /** What the reports told where the records had to be made anew; by task. */
  rebuilt: ReadonlyMap<string, RebuiltTask>;
}

export interface Displaced {
  path: string;
  /** What it held when it was displaced. */
  hash: string;
  /** What took its place. */
  by: string;
  /** The newest version at that time. */
  seq: number;
}

/** The version of the queue that the records stand for. */
export interface Head {
  seq: number;
  hash: string;
}

export function readHead(db: DatabaseSync): Head | null {
  const json = readMeta(db, 'head');
  return json === null ? null : (JSON.parse(json) as Head);
}

export function writeHead(db: DatabaseSync, head: Head): void {
  writeMeta(db, 'head', JSON.stringify(head));
}
