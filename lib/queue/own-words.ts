import type { Status } from '../core/status.ts';
import type { QueueDocument, QueueEntry, StatusSource } from './document.ts';
import { normaliseStatus, readEmoji } from './words.ts';

type Known = Exclude<Status, 'UNKNOWN'>;

/** The word where a file has none of its own, by how its other words are written. */
const CANONICAL: Readonly<
  Record<Known, { upper: string; words: string; emoji: string; mark: string }>
> = {
  PENDING: { upper: 'PENDING', words: 'pending', emoji: '⏳', mark: ' ' },
  IN_PROGRESS: { upper: 'IN_PROGRESS', words: 'in progress', emoji: '🔄', mark: '~' },
  COMPLETE: { upper: 'COMPLETE', words: 'complete', emoji: '✅', mark: 'x' },
  FAILED: { upper: 'FAILED', words: 'failed', emoji: '❌', mark: '✗' },
  BLOCKED: { upper: 'BLOCKED', words: 'blocked', emoji: '🚫', mark: '!' },
  REVIEW: { upper: 'REVIEW', words: 'review', emoji: '👀', mark: '?' },
  DEFERRED: { upper: 'DEFERRED', words: 'deferred', emoji: '⏸', mark: '>' },
  CANCELLED: { upper: 'CANCELLED', words: 'cancelled', emoji: '🗑', mark: '-' },
};

/**
 * The file's own word for `status`, in the form of the token it replaces: what the file uses most
 * for it, else its legend's word, else the canonical one in the file's case.
 */
export function ownWord(
  doc: QueueDocument,
  status: Known,
  source: StatusSource,
  token: string,
): string {
  const used = mostUsed(doc, status, source, token);
  if (used !== null) return used;
  const legend = doc.legend?.get(status);
  if (legend !== undefined) return wear(legend, token, status, true);
  return wear(canonical(doc, status), token, status, false);
}

/** What stands between the brackets for `status`: the file's own mark, else the canonical one. */
export function ownMark(doc: QueueDocument, status: Known): { mark: string; own: boolean } {
  const counts = new Map<string, number>();
  for (const entry of doc.entries) {
    if (entry.status !== status || entry.statusSource !== 'checkbox' || entry.statusSpan === null)
      continue;
    const mark = doc.text.slice(entry.statusSpan.start, entry.statusSpan.end);
    if (mark.length === 1) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  const mark = highest(counts);
  return mark === null ? { mark: CANONICAL[status].mark, own: false } : { mark, own: true };
}

/** The word for a token that doesn't exist yet, in the case of the file's other words. */
export function freshWord(doc: QueueDocument, status: Known, source: StatusSource): string {
  const sample = doc.entries.find(
    (entry) => entry.statusSource === source && entry.statusSpan !== null,
  );
  const token = sample === undefined ? 'PENDING' : tokenOf(doc, sample);
  return ownWord(doc, status, source, token);
}

/** By status, source and shape: many tasks of one reading are given a status one after the other. */
const MOST_USED = new WeakMap<QueueDocument, Map<string, string | null>>();

function mostUsed(
  doc: QueueDocument,
  status: Known,
  source: StatusSource,
  token: string,
): string | null {
  const kind = shape(token);
  const key = `${status} ${source} ${kind}`;
  const known = MOST_USED.get(doc) ?? new Map<string, string | null>();
  MOST_USED.set(doc, known);
  let word = known.get(key);
  if (word === undefined) {
    word = countWords(doc, status, source, kind);
    known.set(key, word);
  }
  return word;
}

function countWords(
  doc: QueueDocument,
  status: Known,
  source: StatusSource,
  kind: string,
): string | null {
  const counts = new Map<string, number>();
  for (const entry of doc.entries) {
    if (entry.status !== status || entry.statusSource !== source) continue;
    const word = tokenOf(doc, entry);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  for (const word of counts.keys())
    if (word === '' || shape(word) !== kind || normaliseStatus(word) !== status)
      counts.delete(word);
  return highest(counts);
}

function tokenOf(doc: QueueDocument, entry: QueueEntry): string {
  return entry.statusSpan === null
    ? ''
    : doc.text.slice(entry.statusSpan.start, entry.statusSpan.end);
}

/** An emoji alone, an emoji with a word, a word. */
function shape(token: string): string {
  const emoji = readEmoji(token, 0, token.length);
  if (emoji === null) return /^\[.?\]$/.test(token) ? 'box' : 'word';
  return /\p{L}/u.test(token.slice(emoji.end)) ? 'both' : 'emoji';
}

/** `word` with the emoji, decoration and case of `token`. */
function wear(word: string, token: string, status: Known, exact: boolean): string {
  const kind = shape(token);
  if (kind === 'box') return `[${CANONICAL[status].mark}]`;
  if (kind === 'emoji')
    return readEmoji(word, 0, word.length) === null ? CANONICAL[status].emoji : word;
  const bare =
    readEmoji(word, 0, word.length) === null
      ? word
      : word.slice(readEmoji(word, 0, word.length)?.end).trim();
  if (kind === 'word') return exact ? bare : inCase(bare, token);
  const { end } = readEmoji(token, 0, token.length) ?? { end: 0 };
  const gap = /^[\s*_`~]*/.exec(token.slice(end))?.[0] ?? ' ';
  return `${CANONICAL[status].emoji}${gap}${exact ? bare : inCase(bare, token.slice(end + gap.length))}`;
}

/** DONE goes with TODO, TODO with DOING, COMPLETE with PENDING; two words are joined as the file joins them. */
function canonical(doc: QueueDocument, status: Known): string {
  if (status === 'PENDING')
    return doc.entries.some(({ rawStatus }) => /^doing$/i.test(rawStatus ?? ''))
      ? 'todo'
      : 'pending';
  if (status !== 'COMPLETE') return CANONICAL[status].words;
  return doc.entries.some(({ rawStatus }) => /^(?:todo|to do|open|doing)$/i.test(rawStatus ?? ''))
    ? 'done'
    : 'complete';
}

function inCase(word: string, token: string): string {
  if (!/\p{L}/u.test(token)) return word.toUpperCase().replaceAll(' ', '_');
  const joint = /[\p{L}]([_ -])[\p{L}]/u.exec(token)?.[1];
  if (token === token.toUpperCase() && token !== token.toLowerCase())
    return word.toUpperCase().replaceAll(' ', joint ?? '_');
  if (token === token.toLowerCase()) return word.replaceAll(' ', joint ?? ' ');
  const capital = word.replace(/\p{L}/u, (first) => first.toUpperCase());
  return /\s\p{Lu}/u.test(token) || joint === undefined
    ? capital.replace(/ \p{L}/gu, (first) => first.toUpperCase())
    : capital;
}

function highest(counts: Map<string, number>): string | null {
  let best: string | null = null;
  for (const [word, count] of counts)
    if (best === null || count > (counts.get(best) ?? 0)) best = word;
  return best;
}
