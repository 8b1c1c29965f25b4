import { createRequire } from 'node:module';
import { parseDuration } from '../core/duration.ts';

/** When a recurring task comes again. `text` is a duration or a cron expression of five fields. */
export type Recurrence =
  | { kind: 'every'; milliseconds: number }
  | { kind: 'cron'; expression: string };

/** A cron expression that matches nothing for so long never will (a Sunday, 29 February, comes every 40 years at most). */
const HORIZON_MS = 41 * 366 * 86_400_000;

/** No zone puts its clocks back by more at once. */
const LONGEST_CHANGE_MS = 2 * 3_600_000;

/** Shorter than this a recurrence is a busy loop. */
const SHORTEST_MS = 1000;

/** null where it is neither. */
export function parseRecurrence(text: string): Recurrence | null {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null)
    return milliseconds >= SHORTEST_MS ? { kind: 'every', milliseconds } : null;
  const expression = text.trim().replace(/^cron\s+/i, '');
  if (expression.split(/\s+/).length !== 5 || !nodeCron().validate(expression)) return null;
  // Days such as L and 1#2, which node-cron takes and cron does not, would never come.
  if (!Object.values(fieldsOf(expression)).flat().every(Number.isInteger)) return null;
  return { kind: 'cron', expression };
}

/**
 * The first occurrence after both `from`, when the last one was due or began, and `now`: however
 * many were missed in between, one catch-up is all there is. null: never again.
 */
export function nextOccurrence(recurrence: Recurrence, from: number, now: number): number | null {
  if (recurrence.kind === 'every') return Math.max(from + recurrence.milliseconds, now);
  return nextMatch(recurrence.expression, now);
}

type Fields = Record<'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek', number[]>;

/**
 * Local time, by Vixie cron's rules: where both days are restricted either will do. An hour that
 * the clocks repeat is matched once; one that they skip is matched on the next day that has it.
 */
function nextMatch(expression: string, after: number): number | null {
  const fields = fieldsOf(expression);
  const [, , dayOfMonth, , dayOfWeek] = expression.split(/\s+/);
  const isEither = !isFree(dayOfMonth) && !isFree(dayOfWeek);
  const minute = 60_000;
  for (let at = Math.floor(after / minute) * minute + minute; at < after + HORIZON_MS; ) {
    const date = new Date(at);
    if (!fields.month.includes(date.getMonth() + 1)) {
      at = new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime();
    } else if (!dayMatches(fields, date, isEither)) {
      at = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
    } else if (!fields.hour.includes(date.getHours())) {
      at += (60 - date.getMinutes()) * minute;
    } else if (!fields.minute.includes(date.getMinutes()) || isRepeated(date)) {
      at += minute;
    } else return at;
  }
  return null;
}

function dayMatches(fields: Fields, date: Date, isEither: boolean): boolean {
  const inMonth = fields.dayOfMonth.includes(date.getDate());
  const inWeek = fields.dayOfWeek.includes(date.getDay());
  return isEither ? inMonth || inWeek : inMonth && inWeek;
}

/** A day field that begins with a star restricts nothing (crontab(5)), whatever follows; `?` is another star. */
const isFree = (field = ''): boolean => /^[*?]/.test(field);

/** The clocks showed this minute before, and were put back since. */
function isRepeated(date: Date): boolean {
  const earlier = new Date(date.getTime() - LONGEST_CHANGE_MS);
  const back = date.getTimezoneOffset() - earlier.getTimezoneOffset();
  return back > 0 && localMinute(new Date(date.getTime() - back * 60_000)) === localMinute(date);
}

const localMinute = (date: Date): string =>
  [date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes()].join(
    ' ',
  );

const fieldsOf = (expression: string): Fields => nodeCron().parse(expression) as unknown as Fields;

/** Loaded where a task recurs by a cron expression, and only there. */
function nodeCron(): typeof import('node-cron') {
  return createRequire(import.meta.url)('node-cron') as typeof import('node-cron');
}
