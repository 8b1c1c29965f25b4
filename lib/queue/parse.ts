import { isUtf8 } from 'node:buffer';
import { type Collected, collectEntries } from './collect.ts';
import type { Finding, QueueDocument } from './document.ts';
import { finishEntries } from './finish.ts';
import { scanLines } from './lines.ts';
import { maskLines } from './mask.ts';
import { readOutline } from './outline.ts';
import { findTorn, readCondition } from './condition.ts';

interface ParseOptions {
  /** Where the text is from; its name alone tells todo.txt and org files. */
  path?: string;
}

/**
 * Reads a queue: one pass over its lines, no line looked at more than a few times. Never throws;
 * what is wrong becomes a finding. See docs/queue-format.md for every form and rule.
 */
export function parseQueue(text: string, options: ParseOptions = {}): QueueDocument {
  const lines = scanLines(text);
  maskLines(lines);
  const outline = readOutline(lines);
  const collected: Collected = collectEntries(lines, outline, options.path ?? '');
  const { entries, findings } = finishEntries(lines, outline, collected);
  const condition = readCondition(lines, entries);
  return {
    text,
    entries,
    defaults: condition.defaults,
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
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (isUtf8(bytes)) return { text, unreadable: findTorn(text) };
  const line = firstInvalidLine(bytes);
  return {
    text,
    unreadable: { level: 'error', code: 'invalid-utf8', line, message: `line ${line} is no valid UTF-8: the file is damaged or in another encoding` },
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
