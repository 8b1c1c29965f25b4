import type { Status } from '../core/status.ts';
import type { ProcessIdentity } from '../platform/identity.ts';

/**
 * The life of a run.
 *
 * | from    | event   | to      | who                                          |
 * |---------|---------|---------|----------------------------------------------|
 * | –       | claim   | claimed | dispatch: recorded, fence drawn              |
 * | claimed | start   | running | runner, or dispatch where the body is external |
 * | claimed | end     | ended   | recovery: its holder died before the start   |
 * | running | end     | ended   | runner or recovery: the result is recorded   |
 * | ended   | settle  | settled | anyone: report written, trigger removed      |
 */
export type RunState = 'claimed' | 'running' | 'ended' | 'settled';

/** What became of a run. `lost` costs the task no attempt; `stopped` is a person's doing. */
export type RunOutcome = 'completed' | 'failed' | 'blocked' | 'review' | 'lost' | 'stopped';

export interface VerifyResult {
  command: string;
  passed: boolean;
  /** null where a signal or the time-out ended it. */
  exit: number | null;
  /** The last lines it printed. */
  output: string;
}

export interface Artifact {
  /** As promised, relative to the workspace. */
  path: string;
  sha256: string;
  bytes: number;
}

/** All that a report is rendered from. */
export interface RunResult {
  outcome: RunOutcome;
  /** The status that the task got by it. */
  status: Status;
  /** One sentence: what came of it. */
  reason: string;
  text: string;
  exit: number | null;
  signal: string | null;
  /** What came of the checks and the promised files together. */
  proof: 'none' | 'passed' | 'failed';
  verify: VerifyResult[];
  artifacts: Artifact[];
  /** As the body reported it. */
  usage: Record<string, string | number>;
}

/** The process that answers for a run. */
export interface Holder extends ProcessIdentity {
  /** It does more than this run, as a watcher does: never to be signalled for it. */
  shared?: true;
}

export interface RunRecord {
  /** Rises strictly, never used again. */
  fence: number;
  run: string;
  /** The task's key. */
  task: string;
  attempt: number;
  state: RunState;
  body: string;
  agent: boolean;
  /** JSON of the job, as operations wrote it. */
  job: string;
  /** The process that answers for it; null where somebody outside Robed does the work. */
  holder: Holder | null;
  /** The body's first process, which its process group is named after; null before it started. */
  leader: ProcessIdentity | null;
  claimedAt: number;
  startedAt: number | null;
  leaseUntil: number;
  endedAt: number | null;
  /** A person wants it stopped: the status that leads to. */
  stop: Status | null;
  result: RunResult | null;
}
