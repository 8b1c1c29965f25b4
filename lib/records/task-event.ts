import type { Status } from '../core/status.ts';
import type { RunResult } from './run.ts';
import type { Spent } from './task.ts';

/** What can happen to a task; lifecycle.ts has the table of what comes of it. */
export type TaskEvent =
  | { type: 'claimed'; run: string; attempt: number; body: string; why: string }
  | {
      type: 'ended';
      run: string;
      attempt: number;
      result: RunResult;
      limit: number;
      backoff: number;
      approval: boolean;
      retry: boolean;
      spent: Spent;
      dueAt: number | null;
    }
  | { type: 'lost'; run: string; attempt: number; reason: string }
  | { type: 'block'; reason: string }
  | { type: 'review'; reason: string }
  | { type: 'due' }
  | { type: 'retry' }
  | { type: 'cancel' }
  | { type: 'approve'; textHash: string; by: string }
  | { type: 'reject'; reason: string; by: string }
  | { type: 'typed'; status: Status };
