import { isUtf8 } from 'node:buffer';
import { collectEntries } from './collect.ts';
import { findTorn, readCondition } from './condition.ts';
import type { Finding, QueueDocument } from './document.ts';
import type { EntryList } from './entry.ts';
import { finishEntries } from './finish.ts';
import { foreignBlocks, foreignFormat } from './foreign.ts';
import { readLegend } from './legend.ts';
import { scanLines } from './lines.ts';
import { maskLines } from './mask.ts';
import { readOutline, topSection } from './outline.ts';
import { rereadEntries } from './reread.ts';
import type { Section } from './section.ts';
import { isUnderlined } from './underline.ts';

const MEGABYTE = 1024 * 1024;

/** Some 300,000 tasks; what is longer is something else that got into the queue's place. */
const LIMIT = 64 * MEGABYTE;

interface ParseOptions {
  /** Where the text is from; its name alone tells todo.txt and org files. Where not said: that of `before`. */
  path?: string;
  /** An earlier reading of the same file: what did not change since is taken from it. */
  before?: QueueDocument;
}

/** How a document was read, for the reading after it. */
interface Reading {
  path: string;
  list: EntryList;
  /** True where a part says nothing without the whole: other formats, front matter that nothing ends, underlined headings. */
  whole: boolean;
}

const READINGS = new WeakMap<QueueDocument, Reading>();

/**
 * Reads a queue: one pass over its lines, no line looked at more than a few times. Never throws;
 * what is wrong becomes a finding. See docs/queue-format.md for every form and rule.
 */
export function parseQueue(text: string, options: ParseOptions = {}): QueueDocument {
  const { before } = options;
  const known = before === undefined ? undefined : READINGS.get(before);
  const { path = known?.path ?? '' } = options;
  const reread =
    before !== undefined && known?.path === path ? readAgain(text, before, known) : null;
  return reread ?? readWhole(text, path);
}

/** The same as a whole reading would give; null where that is needed. */
function readAgain(text: string, before: QueueDocument, reading: Reading): QueueDocument | null {
  if (reading.whole || before.unreadable) return null;
  if (before.findings.some(({ code }) => code.startsWith('unclosed-'))) return null;
  const list = rereadEntries(reading.list, text);
  if (list === null || !isSettled(before.findings, reading.list, list)) return null;
  const doc = { ...before, text, entries: list.entries, findings: [...before.findings] };
  READINGS.set(doc, { ...reading, list });
  return doc;
}

/** Findings name lines: they stay true while no line moved and no entry that they are about was read again. */
function isSettled(findings: Finding[], before: EntryList, after: EntryList): boolean {
  if (findings.length === 0) return true;
  return before.entries.every((entry, i) => {
    const other = after.entries[i];
    if (other?.line !== entry.line) return false;
    if (other.block === entry.block) return true;
    return !findings.some(
      ({ line }) => line !== null && entry.line <= line && line <= entry.endLine,
    );
  });
}

function readWhole(text: string, path: string): QueueDocument {
  const lines = scanLines(text);
  const format = foreignFormat(path);
  if (format === null) maskLines(lines);
  const outline = format === null ? readOutline(lines) : [topSection(lines)];
  const blocks =
    format === null
      ? collectEntries(lines, outline, path)
      : foreignBlocks(lines, outline[0] as Section, format);
  const { list, findings } = finishEntries(lines, blocks);
  const { entries } = list;
  const legend = readLegend(lines, outline);
  const condition = readCondition(lines, entries, format);
  const doc = {
    text,
    entries,
    defaults: condition.defaults,
    ...(legend.size > 0 ? { legend } : {}),
    findings: [...condition.findings, ...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    readOnly: condition.readOnly,
    unreadable: condition.unreadable,
  };
  const whole =
    format !== null ||
    (lines.bodyLine === 0 && /^\ufeff?-/.test(text)) ||
    outline.some(({ line }) => isUnderlined(lines, line));
  READINGS.set(doc, { path, list, whole });
  return doc;
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
