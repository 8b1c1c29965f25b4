import { parseDuration } from '../../core/duration.ts';
import { EXIT, UserError } from '../../core/errors.ts';

/** From `since` up to and without `until`; milliseconds since the epoch. */
export interface Window {
  since: number;
  until: number;
}

export const DAY_MS = 86_400_000;

/**
 * The time that a report is about: from where the last one ended, else a day. A mark from the
 * future is a clock that was set back, and counts as none.
 */
export function windowSince(last: number | null, now: number): Window {
  return { since: last !== null && last <= now ? last : now - DAY_MS, until: now };
}

/** `12h`, `22:00` (the latest one, by the local clock) or a date. Throws UserError. */
export function readSince(text: string, now: number): number {
  const since = clockTime(text, now) ?? before(text, now) ?? Date.parse(text);
  if (Number.isFinite(since) && since < now) return since;
  throw new UserError(
    `--since: expected a duration like 12h, a time like 22:00 or a past date, found ${JSON.stringify(text)}`,
    { exitCode: EXIT.usage },
  );
}

function before(text: string, now: number): number | null {
  const duration = parseDuration(text);
  return duration === null ? null : now - duration;
}

function clockTime(text: string, now: number): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) return null;
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at.getTime() >= now) at.setDate(at.getDate() - 1);
  return at.getTime();
}
