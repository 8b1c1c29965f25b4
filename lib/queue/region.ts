import type { Entry, EntryList } from './entry.ts';

/** Whole blocks: offsets of the text before, and the entries from `from` up to, but not with, `to`. */
export interface Region {
  start: number;
  end: number;
  from: number;
  to: number;
}

/** The blocks that all that differs lies in; null where there are none, or it takes as long to read them as to read all. */
export function findRegion(before: EntryList, text: string): Region | null {
  const { entries, text: old } = before;
  const head = commonStart(old, text);
  const tail = commonEnd(old, text, Math.min(old.length, text.length) - head);
  const from = firstFrom(entries, head + 1) - 1;
  if (from < 0) return null;
  const to = Math.max(from + 1, firstFrom(entries, old.length - tail));
  const start = (entries[from] as Entry).start;
  const end = to < entries.length ? (entries[to] as Entry).start : old.length;
  const newEnd = end + text.length - old.length;
  // Reading both pieces would cost as much as reading all.
  if (end + newEnd - 2 * start > text.length) return null;
  if (to < entries.length && text.charCodeAt(newEnd - 1) !== LINE_FEED) return null;
  return { start, end, from, to };
}

const LINE_FEED = 10;

/** How many characters two texts have in common at their start. Slices compare as fast as memory does. */
function commonStart(one: string, other: string): number {
  let low = 0;
  let high = Math.min(one.length, other.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (one.slice(low, middle) === other.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The same at their end, at most `most`. */
function commonEnd(one: string, other: string, most: number): number {
  const tail = (text: string, from: number, to: number) =>
    text.slice(text.length - to, text.length - from);
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tail(one, low, middle) === tail(other, low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first entry that starts at `offset` or after it. */
function firstFrom(entries: readonly Entry[], offset: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
