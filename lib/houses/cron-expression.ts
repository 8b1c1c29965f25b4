/** The values of one field, ascending. */
interface CronField {
  values: readonly number[];
  /** It begins with `*`: for crontab(5) the day is then not restricted by it. */
  star: boolean;
}

/** Five fields as crontab(5) has them; days of the week 0 (Sunday) to 6. */
export interface CronFields {
  minute: CronField;
  hour: CronField;
  dayOfMonth: CronField;
  month: CronField;
  dayOfWeek: CronField;
}

interface FieldRule {
  name: string;
  from: number;
  to: number;
  names: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');

const RULES: readonly FieldRule[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of the month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  // 7 is Sunday too.
  { name: 'day of the week', from: 0, to: 7, names: DAYS },
];

/** Read five fields: `*`, numbers, names, ranges, lists and steps. A string says what is wrong. Pure. */
export function parseCron(expression: string): CronFields | string {
  const words = expression.split(' ').filter((word) => word !== '');
  if (words.length !== RULES.length) {
    return `expected five fields (minute, hour, day of the month, month, day of the week), found ${words.length} in ${JSON.stringify(expression)}`;
  }
  const fields: CronField[] = [];
  for (const [at, rule] of RULES.entries()) {
    const field = parseField(words[at] as string, rule);
    if (typeof field === 'string') return field;
    fields.push(field);
  }
  const [minute, hour, dayOfMonth, month, days] = fields as [
    CronField,
    CronField,
    CronField,
    CronField,
    CronField,
  ];
  const values = ascending(days.values.map((day) => day % 7));
  return { minute, hour, dayOfMonth, month, dayOfWeek: { ...days, values } };
}

function parseField(word: string, rule: FieldRule): CronField | string {
  const values: number[] = [];
  for (const part of word.split(',')) {
    const range = parseRange(part, rule);
    if (range === null) {
      return `expected a ${rule.name} of ${rule.from} to ${rule.to}, found ${JSON.stringify(part)}`;
    }
    for (let value = range.from; value <= range.to; value += range.step) values.push(value);
  }
  return { values: ascending(values), star: word.startsWith('*') };
}

function parseRange(
  part: string,
  rule: FieldRule,
): { from: number; to: number; step: number } | null {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(part);
  if (match === null) return null;
  const [, first, last, every] = match;
  const step = every === undefined ? 1 : Number(every);
  const from = first === undefined ? rule.from : numberOf(first, rule);
  if (from === null || step < 1) return null;
  let to: number | null = from;
  if (last !== undefined) to = numberOf(last, rule);
  else if (first === undefined) to = rule.to === 7 ? 6 : rule.to;
  // Vixie's cron takes a step of a single value for that value alone; others refuse it.
  if (
    to === null ||
    to < from ||
    (every !== undefined && first !== undefined && last === undefined)
  )
    return null;
  return { from, to, step };
}

function numberOf(word: string, { from, to, names }: FieldRule): number | null {
  const named = names.indexOf(word.toLowerCase());
  if (named >= 0) return named + (names === MONTHS ? 1 : 0);
  if (!/^\d{1,2}$/.test(word)) return null;
  const value = Number(word);
  return value >= from && value <= to ? value : null;
}

const ascending = (values: readonly number[]): number[] =>
  [...new Set(values)].sort((a, b) => a - b);
