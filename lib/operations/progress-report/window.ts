import { parseDuration } from '../../core/duration.ts';
import { EXIT, UserError } from '../../core/errors.ts';

/** From `since` up to and without `until`; milliseconds since the epoch. */
export interface Window {
  since: number;
  until: number;
}

export const DAY_MS = 86_400_000;

const MINUTE_MS = 60_000;

/** Minutes that a clock is put on at once; going back looks like nearly a day. */
const LONGEST_LEAP = 180;

/**
 * The time that a report is about: from where the last one ended, else a day. A mark from the
 * future is a clock that was set back, and counts as none.
 */
export function windowSince(last: number | null, now: number): Window {
  return { since: last !== null && last <= now ? last : now - DAY_MS, until: now };
}

/** `12h`, `22:00` (the latest one, by the local clock) or a date (its local midnight). Throws UserError. */
export function readSince(text: string, now: number): number {
  // Without a time of day, JavaScript takes a date for UTC's.
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text;
  const since = clockTime(text, now) ?? before(text, now) ?? Date.parse(date);
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

/**
 * Back from `now`, minute by minute, to one at which the clock showed that time, or leapt over it:
 * two days a year have it twice, or not at all, and only the clock knows which.
 */
function clockTime(text: string, now: number): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) return null;
  const wanted = Number(hours) * 60 + Number(minutes);
  let at = Math.floor((now - 1) / MINUTE_MS) * MINUTE_MS;
  for (const oldest = at - 2 * DAY_MS; at > oldest; at -= MINUTE_MS) {
    const [before, shown] = [minuteOfDay(at - MINUTE_MS), minuteOfDay(at)];
    const leap = onFrom(before, shown);
    const passed = onFrom(before, wanted);
    if (shown === wanted || (leap <= LONGEST_LEAP && 0 < passed && passed < leap)) return at;
  }
  return null;
}

/** Minutes from one time of day on to another. */
const onFrom = (from: number, to: number): number => (to - from + 1440) % 1440;

function minuteOfDay(time: number): number {
  const date = new Date(time);
  return date.getHours() * 60 + date.getMinutes();
}
