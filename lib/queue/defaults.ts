import { parseDuration } from '../core/duration.ts';
import type { Finding, QueueDefaults } from './document.ts';
import { LINE, type Lines } from './lines.ts';

/** What a queue's front matter says. */
export interface FrontMatterReading {
  defaults: QueueDefaults;
  findings: Finding[];
  /** True for `generated: true`. */
  generated: boolean;
}

const TRUE = /^(?:true|yes|on)$/i;
const FALSE = /^(?:false|no|off)$/i;

/**
 * The defaults in a queue's front matter, by its own lines: a tick reads the queue each time, and
 * plain `key: value` lines need no YAML. Keys of others are left alone. What can't be understood
 * sets nothing, but for `paused`, which then holds.
 */
export function readDefaults(lines: Lines): FrontMatterReading {
  const reading: FrontMatterReading = { defaults: {}, findings: [], generated: false };
  return lines.bodyLine === 0 ? readLanguage(lines, reading) : readKeys(lines, reading);
}

function readKeys(lines: Lines, reading: FrontMatterReading): FrontMatterReading {
  for (let line = 1; line < lines.bodyLine - 1; line++) {
    if (lines.indent[line] !== 0 || lines.start[line] === lines.end[line]) continue;
    const text = lines.text.slice(
      lines.start[line],
      Math.min(lines.end[line] ?? 0, (lines.start[line] ?? 0) + 200),
    );
    const match = /^(["']?)([\w-]+)\1\s*:(?:\s+(.*))?$/.exec(text);
    if (match === null) continue;
    if (/^[&*]\w/.test(match[3] ?? '')) {
      const message =
        'anchors and aliases are not read in front matter: the queue counts as paused';
      reading.findings.push({ level: 'error', code: 'bad-front-matter', line: line + 1, message });
      reading.defaults.paused = true;
      break;
    }
    const key = match[2] ?? '';
    const value = scalar(match[3] ?? '');
    if (key === 'generated') reading.generated ||= TRUE.test(value);
    else if (Object.hasOwn(READERS, key) && value !== '')
      readKey(reading, key as keyof QueueDefaults, value, line + 1);
  }
  return reading;
}

/** `---js` and the like: what it sets is not known, so the queue holds. */
function readLanguage(lines: Lines, reading: FrontMatterReading): FrontMatterReading {
  const start = lines.text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return lines.text.startsWith('---', start) ? refuseLanguage(lines, start, reading) : reading;
}

function refuseLanguage(
  lines: Lines,
  start: number,
  reading: FrontMatterReading,
): FrontMatterReading {
  const language = /^---(\w+)\s*$/.exec(
    lines.text.slice(start, Math.min(lines.end[0] ?? 0, start + 40)),
  )?.[1];
  if (language === undefined || lines.kind[0] === LINE.masked) return reading;
  const message = `front matter in ${JSON.stringify(language)} is not read, only YAML: the queue counts as paused`;
  return {
    ...reading,
    defaults: { paused: true },
    findings: [{ level: 'error', code: 'bad-front-matter', line: 1, message }],
  };
}

function readKey(
  reading: FrontMatterReading,
  key: keyof QueueDefaults,
  value: string,
  line: number,
): void {
  const { parse, expected } = READERS[key];
  const parsed = parse(value);
  if (parsed !== undefined) Object.assign(reading.defaults, { [key]: parsed });
  else {
    if (key === 'paused') reading.defaults.paused = true;
    const message = `${key}: expected ${expected}, found ${JSON.stringify(value)}`;
    reading.findings.push({ level: 'error', code: 'bad-default', line, message });
  }
}

const READERS: Readonly<
  Record<keyof QueueDefaults, { parse: (value: string) => unknown; expected: string }>
> = {
  concurrency: { parse: (value) => whole(value, 64), expected: 'a number from 1 to 64' },
  timeout: { parse: duration, expected: 'a duration such as 15m' },
  attempts: { parse: (value) => whole(value, 100), expected: 'a number from 1 to 100' },
  body: {
    parse: (value) => (/^[a-z][a-z-]{0,31}$/i.test(value) ? value.toLowerCase() : undefined),
    expected: "a body's name",
  },
  paused: {
    parse: (value) => (TRUE.test(value) ? true : FALSE.test(value) ? false : undefined),
    expected: 'true or false',
  },
  ids: {
    parse: (value) => (value === 'never' || value === 'claim' ? value : undefined),
    expected: 'never or claim',
  },
};

/** Without quotes, or without a comment. */
function scalar(raw: string): string {
  const value = raw.trim();
  const quoted = /^(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/.exec(value);
  if (quoted !== null) return (quoted[1] ?? quoted[2] ?? '').trim();
  return value.replace(/(?:^|\s)#.*$/, '').trim();
}

function whole(value: string, most: number): number | undefined {
  const number = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  return number >= 1 && number <= most ? number : undefined;
}

function duration(value: string): number | undefined {
  const ms = parseDuration(value);
  return ms === null || ms <= 0 ? undefined : ms;
}
