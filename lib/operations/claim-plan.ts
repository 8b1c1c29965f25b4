import type { ChosenBody, RunJob } from './job.ts';
import type { Candidate } from './plan-claims.ts';

/** What dispatch does about a candidate. */
export type ClaimPlan =
  | { type: 'claim'; candidate: Candidate; job: RunJob; body: ChosenBody }
  | { type: 'block'; key: string; reason: string }
  | { type: 'review'; key: string; reason: string };

/** A claim that was decided for. */
export type PlannedClaim = Extract<ClaimPlan, { type: 'claim' }>;
