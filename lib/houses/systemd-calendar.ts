import type { CronFields } from './cron-expression.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * The OnCalendar= expressions that together mean what five fields mean to cron: where both days are
 * restricted either will do, which takes systemd two. Local time, as cron's. Pure.
 */
export function onCalendar(fields: CronFields): string[] {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  const time = `${list(hour.values, 24)}:${list(minute.values, 60)}:00`;
  const date = (days: readonly number[]) => `*-${list(month.values, 12)}-${list(days, 31)} ${time}`;
  const week =
    dayOfWeek.values.length === 7 ? '' : `${dayOfWeek.values.map((day) => DAYS[day]).join(',')} `;
  if (dayOfMonth.star || dayOfWeek.star) return [week + date(dayOfMonth.values)];
  return [date(dayOfMonth.values), week + date([])];
}

/** `*` for all of `size`, and for none given; else two digits each, with `a..b` for three or more in a row. */
function list(values: readonly number[], size: number): string {
  if (values.length === 0 || values.length === size) return '*';
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs
    .map(([from, to]) => {
      if (from === to) return two(from);
      return `${two(from)}${to - from > 1 ? '..' : ','}${two(to)}`;
    })
    .join(',');
}

const two = (value: number): string => String(value).padStart(2, '0');
