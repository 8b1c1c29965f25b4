import { isUtf8 } from 'node:buffer';
import { collectEntries } from './collect.ts';
import { findTorn, readCondition } from './condition.ts';
import type { Finding, QueueDocument } from './document.ts';
import { finishEntries } from './finish.ts';
import { foreignDrafts, foreignFormat } from './foreign.ts';
import { readLegend } from './legend.ts';
import { scanLines } from './lines.ts';
import { maskLines } from './mask.ts';
import { readOutline, topSection } from './outline.ts';
import type { Section } from './section.ts';

const MEGABYTE = 1024 * 1024;

/** Some 300,000 tasks; what is longer is something else that got into the queue's place. */
const LIMIT = 64 * MEGABYTE;

interface ParseOptions {
  /** Where the text is from; its name alone tells todo.txt and org files. */
  path?: string;
}

/**
 * Reads a queue: one pass over its lines, no line looked at more than a few times. Never throws;
 * what is wrong becomes a finding. See docs/queue-format.md for every form and rule.
 */
export function parseQueue(text: string, options: ParseOptions = {}): QueueDocument {
  const { path = '' } = options;
  const lines = scanLines(text);
  const format = foreignFormat(path);
  if (format === null) maskLines(lines);
  const outline = format === null ? readOutline(lines) : [topSection(lines)];
  const drafts =
    format === null
      ? collectEntries(lines, outline, path)
      : foreignDrafts(lines, outline[0] as Section, format);
  const { entries, findings } = finishEntries(lines, drafts);
  const legend = readLegend(lines, outline);
  const condition = readCondition(lines, entries, format);
  return {
    text,
    entries,
    defaults: condition.defaults,
    ...(legend.size > 0 ? { legend } : {}),
    findings: [...condition.findings, ...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    readOnly: condition.readOnly,
    unreadable: condition.unreadable,
  };
}

/**
 * The text of a queue's bytes, a BOM kept. `unreadable` says why the text can't be trusted: NULs,
 * invalid UTF-8, conflict markers; nothing is to be read from it as a command, nothing written.
 */
export function decodeQueue(bytes: Uint8Array): { text: string; unreadable: Finding | null } {
  if (bytes.length > LIMIT) {
    const message = `the file has ${Math.round(bytes.length / MEGABYTE)} MB, a queue at most ${LIMIT / MEGABYTE}: nothing is read from it`;
    return { text: '', unreadable: { level: 'error', code: 'too-large', line: null, message } };
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (isUtf8(bytes)) return { text, unreadable: findTorn(text) };
  const line = firstInvalidLine(bytes);
  return {
    text,
    unreadable: {
      level: 'error',
      code: 'invalid-utf8',
      line,
      message: `line ${line} is no valid UTF-8: the file is damaged or in another encoding`,
    },
  };
}

/** Line feeds are never part of a longer UTF-8 sequence, so lines can be checked one by one. */
function firstInvalidLine(bytes: Uint8Array): number {
  let line = 1;
  for (let at = 0; at < bytes.length; line++) {
    const next = bytes.indexOf(10, at);
    const end = next === -1 ? bytes.length : next;
    if (!isUtf8(bytes.subarray(at, end))) return line;
    at = end + 1;
  }
  return line;
}
