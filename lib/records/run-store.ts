import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Status } from '../core/status.ts';
import type { ProcessIdentity } from '../platform/identity.ts';
import { prepare } from '../platform/sqlite.ts';
import type { Holder, RunRecord, RunResult, RunState } from './run.ts';

type Row = Record<string, SQLOutputValue>;

/** Runs whose consequences are not all on disk yet, oldest first: the live and the unsettled. */
export function readOpenRuns(db: DatabaseSync): RunRecord[] {
  // Left to itself, SQLite goes through all runs there ever were, for the sake of their order.
  return prepare(
    db,
    "SELECT * FROM runs INDEXED BY unsettled_runs WHERE state <> 'settled' ORDER BY fence",
  )
    .all()
    .map(fromRow);
}

export function readRun(db: DatabaseSync, run: string): RunRecord | null {
  const row = prepare(db, 'SELECT * FROM runs WHERE run = ?').get(run);
  return row ? fromRow(row) : null;
}

/** The oldest runs that ended and are not settled, at most `limit`. */
export function readEndedRuns(db: DatabaseSync, limit: number): RunRecord[] {
  return prepare(
    db,
    "SELECT * FROM runs WHERE state = 'ended' AND state <> 'settled' ORDER BY fence LIMIT ?",
  )
    .all(limit)
    .map(fromRow);
}

/** The status that a person's stop leads to; null: none is wanted, or there is no such run. */
export function readStop(db: DatabaseSync, run: string): Status | null {
  const row = prepare(db, 'SELECT stop FROM runs WHERE run = ?').get(run);
  return (row?.['stop'] as Status | undefined) ?? null;
}

/** All runs of a task, oldest first. */
export function readRunsOf(db: DatabaseSync, task: string): RunRecord[] {
  return prepare(db, 'SELECT * FROM runs WHERE task = ? ORDER BY fence').all(task).map(fromRow);
}

/** When the latest run ended; null: none did yet. */
export function lastRunEnd(db: DatabaseSync): number | null {
  const row = prepare(
    db,
    'SELECT max(ended_at) AS time FROM runs INDEXED BY runs_by_end WHERE ended_at IS NOT NULL',
  ).get();
  return (row?.['time'] as number | null) ?? null;
}

/** Runs that ended in [since, until), in milliseconds since the epoch; oldest first. */
export function readRunsEnded(db: DatabaseSync, since: number, until: number): RunRecord[] {
  return prepare(
    db,
    'SELECT * FROM runs INDEXED BY runs_by_end WHERE ended_at >= ? AND ended_at < ? ORDER BY ended_at',
  )
    .all(since, until)
    .map(fromRow);
}

/** The newest run that has come to its end. */
export function readLastEndedRun(db: DatabaseSync): RunRecord | null {
  const row = prepare(
    db,
    "SELECT * FROM runs WHERE state IN ('ended', 'settled') ORDER BY fence DESC LIMIT 1",
  ).get();
  return row ? fromRow(row) : null;
}

/** Was an agent's run under way at any time from `since` to `until`? */
export function agentWorked(db: DatabaseSync, since: number, until: number): boolean {
  const row = prepare(
    db,
    `SELECT 1 FROM runs INDEXED BY runs_by_end
     WHERE ended_at >= ? AND agent = 1 AND claimed_at <= ?
     UNION ALL
     SELECT 1 FROM runs WHERE state IN ('claimed', 'running') AND agent = 1 AND claimed_at <= ?
     LIMIT 1`,
  ).get(since, until, until);
  return row !== undefined;
}

export function countLiveRuns(db: DatabaseSync): number {
  const row = prepare(
    db,
    "SELECT count(*) AS live FROM runs WHERE state IN ('claimed', 'running')",
  ).get();
  return row?.['live'] as number;
}

/**
 * Record a claim and draw its fence: the next of the sequence, or a given one where a run is taken
 * over from the files. Throws where the task has a live run already (unique index).
 */
export function insertRun(
  db: DatabaseSync,
  run: Omit<RunRecord, 'fence' | 'leader'>,
  fence?: number,
): number {
  const { lastInsertRowid } = prepare(
    db,
    `INSERT INTO runs (fence, run, task, attempt, state, body, agent, job, holder, claimed_at,
       started_at, lease_until, ended_at, stop, result)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    fence ?? null,
    run.run,
    run.task,
    run.attempt,
    run.state,
    run.body,
    Number(run.agent),
    run.job,
    run.holder ? JSON.stringify(run.holder) : null,
    run.claimedAt,
    run.startedAt,
    run.leaseUntil,
    run.endedAt,
    run.stop,
    run.result ? JSON.stringify(run.result) : null,
  );
  return Number(lastInsertRowid);
}

/** Let the next fence be greater than one that was seen in the files. */
export function raiseFence(db: DatabaseSync, seen: number): void {
  const known = prepare(db, "SELECT seq FROM sqlite_sequence WHERE name = 'runs'").get();
  if (known === undefined) {
    prepare(db, "INSERT INTO sqlite_sequence (name, seq) VALUES ('runs', ?)").run(seen);
  } else if ((known['seq'] as number) < seen) {
    prepare(db, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'runs'").run(seen);
  }
}

/** Hand a live run to another process. False where it is not live, or `from` no longer holds it. */
export function takeRun(
  db: DatabaseSync,
  run: string,
  change: {
    state: RunState;
    holder: Holder | null;
    startedAt: number;
    leaseUntil: number;
  },
): boolean {
  const { changes } = prepare(
    db,
    `UPDATE runs SET state = ?, holder = ?, started_at = ifnull(started_at, ?), lease_until = ?
     WHERE run = ? AND state IN ('claimed', 'running')`,
  ).run(
    change.state,
    change.holder ? JSON.stringify(change.holder) : null,
    change.startedAt,
    change.leaseUntil,
    run,
  );
  return changes === 1;
}

/** Name the runner that was started for a claim, until it speaks for itself by `takeRun`. */
export function setHolder(db: DatabaseSync, run: string, holder: ProcessIdentity): void {
  prepare(db, "UPDATE runs SET holder = ? WHERE run = ? AND state = 'claimed'").run(
    JSON.stringify(holder),
    run,
  );
}

/** Whom to end where the runner dies. */
export function setLeader(db: DatabaseSync, run: string, leader: ProcessIdentity): void {
  prepare(db, 'UPDATE runs SET leader = ? WHERE run = ?').run(JSON.stringify(leader), run);
}

/** False where the run is no longer live: its runner must stop. */
export function renewLease(db: DatabaseSync, run: string, leaseUntil: number): boolean {
  const { changes } = prepare(
    db,
    "UPDATE runs SET lease_until = ? WHERE run = ? AND state = 'running'",
  ).run(leaseUntil, run);
  return changes === 1;
}

export function requestStop(db: DatabaseSync, run: string, stop: Status): void {
  prepare(db, "UPDATE runs SET stop = ? WHERE run = ? AND state IN ('claimed', 'running')").run(
    stop,
    run,
  );
}

/** Record how a run ended. False where it had ended before: a late result changes nothing. */
export function endRun(db: DatabaseSync, run: string, endedAt: number, result: RunResult): boolean {
  const { changes } = prepare(
    db,
    `UPDATE runs SET state = 'ended', ended_at = ?, result = ?
     WHERE run = ? AND state IN ('claimed', 'running')`,
  ).run(endedAt, JSON.stringify(result), run);
  return changes === 1;
}

export function settleRun(db: DatabaseSync, run: string): void {
  prepare(db, "UPDATE runs SET state = 'settled' WHERE run = ? AND state = 'ended'").run(run);
}

/** Settled runs that ended at `since` or later and were their task's last, oldest first. */
export function readSettledSince(db: DatabaseSync, since: number): RunRecord[] {
  return prepare(
    db,
    `SELECT runs.* FROM runs INDEXED BY runs_by_end JOIN tasks ON tasks.key = runs.task AND tasks.last_run = runs.run
     WHERE runs.state = 'settled' AND runs.ended_at >= ? ORDER BY runs.fence`,
  )
    .all(since)
    .map(fromRow);
}

/** Its report is due again. */
export function unsettleRun(db: DatabaseSync, run: string): void {
  prepare(db, "UPDATE runs SET state = 'ended' WHERE run = ? AND state = 'settled'").run(run);
}

/** Replace the result of an ended run, where an approval came after it; its report is due again. */
export function reviseResult(db: DatabaseSync, run: string, result: RunResult): void {
  prepare(
    db,
    "UPDATE runs SET state = 'ended', result = ? WHERE run = ? AND state IN ('ended', 'settled')",
  ).run(JSON.stringify(result), run);
}

function fromRow(row: Row): RunRecord {
  return {
    fence: row['fence'] as number,
    run: row['run'] as string,
    task: row['task'] as string,
    attempt: row['attempt'] as number,
    state: row['state'] as RunState,
    body: row['body'] as string,
    agent: row['agent'] === 1,
    job: row['job'] as string,
    holder: parse<Holder>(row['holder']),
    leader: parse<ProcessIdentity>(row['leader']),
    claimedAt: row['claimed_at'] as number,
    startedAt: row['started_at'] as number | null,
    leaseUntil: row['lease_until'] as number,
    endedAt: row['ended_at'] as number | null,
    stop: row['stop'] as Status | null,
    result: parse<RunResult>(row['result']),
  };
}

function parse<T>(json: SQLOutputValue | undefined): T | null {
  return typeof json === 'string' ? (JSON.parse(json) as T) : null;
}
