import { createRequire } from 'node:module';
import type matter from 'gray-matter';
import type yaml from 'yaml';
import { UserError } from './errors.ts';
import { readPlainYaml, renderPlainYaml } from './plain-yaml.ts';

export interface FrontMatter {
  /** Empty where the text has no front matter. */
  data: Record<string, unknown>;
  /** What follows the front matter, as it stands. */
  body: string;
  /** Offset of `body` in the text. */
  bodyStart: number;
}

/** Longest front matter read, in UTF-16 units: what people and Robed write is far below. */
const LIMIT = 64 * 1024;

/**
 * Reads YAML 1.2 front matter between `---` lines. A text without any gives empty data. Throws a
 * UserError (with its line) where the YAML is broken, no mapping, too long, uses aliases, or names
 * another language: gray-matter would evaluate `---js`, so every engine but YAML is shut.
 */
export function readFrontMatter(text: string): FrontMatter {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const none = { data: {}, body: text, bodyStart: 0 };
  if (!text.startsWith('---', start)) return none;
  const firstEnd = lineEnd(text, start);
  const language = text.slice(start + 3, Math.min(firstEnd, start + 200)).trim();
  if (/^\w/.test(language)) {
    throw new UserError(`front matter in ${JSON.stringify(language)} is not read, only YAML`, {
      line: 1,
    });
  }
  if (language !== '' || firstEnd === text.length) return none;
  const close = closingLine(text, firstEnd + 1);
  if (close === null) return none;
  if (close.start - start > LIMIT) {
    throw new UserError(`front matter is longer than ${LIMIT / 1024} KB`, { line: 1 });
  }
  const source = text.slice(start, close.start).replaceAll('\r\n', '\n');
  const data = readPlainYaml(text.slice(firstEnd + 1, close.start)) ?? parse(`${source}---\n`);
  return { data, body: text.slice(close.end), bodyStart: close.end };
}

/** `data` as YAML between `---` lines, then `body` as it is. Empty data gives the body alone. */
export function renderFrontMatter(data: Readonly<Record<string, unknown>>, body: string): string {
  if (Object.keys(data).length === 0) return body;
  const source = renderPlainYaml(data) ?? renderYaml(data);
  return `---\n${source}---\n${body}`;
}

function renderYaml(data: Readonly<Record<string, unknown>>): string {
  const { stringify } = load<typeof yaml>('yaml');
  return stringify(data, { lineWidth: 0, aliasDuplicateObjects: false });
}

// Loaded on demand: a queue without front matter pays nothing for it. Both are real packages at
// run time, also beside the bundle.
function load<T>(name: string): T {
  return createRequire(import.meta.url)(name) as T;
}

function parse(source: string): Record<string, unknown> {
  const grayMatter = load<typeof matter>('gray-matter');
  try {
    // The options object is always passed: without one gray-matter caches, and shares, its answers.
    const { data } = grayMatter(source, { language: 'yaml', engines: ENGINES });
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  } catch (error) {
    throw explain(error);
  }
  throw new UserError('front matter is no list of `key: value` lines', { line: 1 });
}

const refuse = {
  parse(): never {
    throw new UserError('front matter is read as YAML only', { line: 1 });
  },
  stringify(): never {
    throw new UserError('front matter is written as YAML only', { line: 1 });
  },
};

const ENGINES = {
  yaml: {
    parse: (source: string): object => {
      const { parse: parseYaml } = load<typeof yaml>('yaml');
      const data: unknown = parseYaml(source, { maxAliasCount: 0, logLevel: 'error' });
      return (data ?? {}) as object;
    },
    stringify: refuse.stringify,
  },
  json: refuse,
  javascript: refuse,
  js: refuse,
  coffee: refuse,
  coffeescript: refuse,
  cson: refuse,
  toml: refuse,
};

function explain(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const { linePos, message } = error as { linePos?: [{ line: number }]; message?: string };
  const reason = (message ?? String(error)).split('\n')[0] ?? '';
  // gray-matter hands the engine what follows the first `---`, its line end included.
  return new UserError(`front matter is no valid YAML: ${reason}`, {
    line: linePos?.[0].line ?? 1,
    cause: error,
  });
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
}

/** The line that closes the front matter, its line end included; null where none does. */
function closingLine(text: string, from: number): { start: number; end: number } | null {
  for (let at = from; at < text.length && at - from <= LIMIT * 2; ) {
    const end = lineEnd(text, at);
    if (end - at < 80 && /^(?:---|\.\.\.)\s*$/.test(text.slice(at, end))) {
      return { start: at, end: Math.min(end + 1, text.length) };
    }
    at = end + 1;
  }
  return null;
}
