const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** Longest text looked at; a duration is short. */
const LIMIT = 64;

/**
 * Milliseconds of `15m`, `1h30m`, `2 days`, `1.5 h`, `90s`, `1 hour and 30 minutes`, ISO 8601's
 * `PT15M` and `P1DT2H`, or a plain number of seconds; null where it is none of these. Months and
 * years have no fixed length and are refused.
 */
export function parseDuration(text: string): number | null {
  const input = text.trim().toLowerCase();
  if (input === '' || input.length > LIMIT) return null;
  if (/^\d+(?:\.\d+)?$/.test(input)) return whole(Number(input) * 1000);
  if (input.startsWith('p')) return parseIso(input);
  let total = 0;
  let at = 0;
  const part = /\s*(?:,\s*|and\s+)?(\d+(?:\.\d+)?)\s*([a-z]+)/y;
  while (at < input.length) {
    part.lastIndex = at;
    const match = part.exec(input);
    if (match === null) return null;
    const unit = unitOf(match[2] ?? '');
    if (unit === undefined) return null;
    total += Number(match[1]) * unit;
    at = part.lastIndex;
  }
  return whole(total);
}

/** The shortest exact way to write `ms` that `parseDuration` reads: `1h30m`, `90ms`, `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  const pieces: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) pieces.push(`${count}${unit}`);
    rest -= count * size;
  }
  return pieces.join('') || '0s';
}

function parseIso(input: string): number | null {
  const match = /^p(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?$/.exec(
    input,
  );
  if (match === null || input === 'p' || input.endsWith('t')) return null;
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match;
  return whole(
    Number(weeks) * 604_800_000 +
      Number(days) * 86_400_000 +
      Number(hours) * 3_600_000 +
      Number(minutes) * 60_000 +
      Number(seconds) * 1000,
  );
}

function unitOf(word: string): number | undefined {
  if (Object.hasOwn(UNITS, word)) return UNITS[word];
  const singular = word.endsWith('s') ? word.slice(0, -1) : word;
  return Object.hasOwn(UNITS, singular) && singular.length > 1 ? UNITS[singular] : undefined;
}

function whole(ms: number): number | null {
  return Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : null;
}
