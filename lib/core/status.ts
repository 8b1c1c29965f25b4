/** The nine states a task can be in, whatever words its file uses for them. */
export const STATUSES = [
  'PENDING',
  'IN_PROGRESS',
  'COMPLETE',
  'FAILED',
  'BLOCKED',
  'REVIEW',
  'DEFERRED',
  'CANCELLED',
  'UNKNOWN',
] as const;

export type Status = (typeof STATUSES)[number];
