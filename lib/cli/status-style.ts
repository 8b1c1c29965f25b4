import picocolors from 'picocolors';
import type { Status } from '../core/status.ts';

const colors = picocolors.createColors(true);

const STYLES: Readonly<Record<Status, (text: string) => string>> = {
  PENDING: (text) => text,
  IN_PROGRESS: colors.cyan,
  COMPLETE: colors.green,
  FAILED: colors.red,
  BLOCKED: colors.yellow,
  REVIEW: colors.magenta,
  DEFERRED: colors.dim,
  CANCELLED: colors.dim,
  UNKNOWN: colors.yellow,
};

/** A status word in its colour, for terminals. */
export function styleStatus(text: string): string {
  return STYLES[text as Status]?.(text) ?? text;
}
