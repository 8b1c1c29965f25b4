import { inBase36 } from '../core/base36.ts';
import { applyEdits } from '../core/text-edit.ts';
import type { QueueDocument, QueueEntry } from './document.ts';
import { Entry, isSameBlock } from './entry.ts';
import type { Changes, FileState } from './version.ts';

/** A queue's entries by the key that Robed knows a task by. */
export interface KeyedEntries {
  /** Entries whose key is theirs alone. */
  single: Map<string, QueueEntry>;
  /** Entries that share an id, which nothing is done with. */
  duplicates: Map<string, QueueEntry[]>;
  /** Made when asked for: a look at a queue that nobody touched asks for none. */
  readonly states: ReadonlyMap<string, FileState>;
}

export const keyOf = (entry: QueueEntry): string => entry.id ?? entry.handle;

export function keyEntries(doc: QueueDocument): KeyedEntries {
  const single = new Map<string, QueueEntry>();
  const duplicates = new Map<string, QueueEntry[]>();
  for (const entry of doc.entries) {
    const key = keyOf(entry);
    const known = duplicates.get(key);
    const first = single.get(key);
    if (known) known.push(entry);
    else if (first) {
      duplicates.set(key, [first, entry]);
      single.delete(key);
    } else single.set(key, entry);
  }
  let states: ReadonlyMap<string, FileState> | null = null;
  return {
    single,
    duplicates,
    get states() {
      states ??= statesOf(doc, single, duplicates);
      return states;
    },
  };
}

function statesOf(
  doc: QueueDocument,
  single: ReadonlyMap<string, QueueEntry>,
  duplicates: ReadonlyMap<string, QueueEntry[]>,
): ReadonlyMap<string, FileState> {
  const states = new Map<string, FileState>();
  for (const [key, entry] of single) states.set(key, new EntryState(doc, entry));
  for (const [key, entries] of duplicates) {
    states.set(key, {
      status: entries.map((entry) => entry.status).join('+'),
      text: entries.map((entry) => textHash(doc, entry)).join('+'),
    });
  }
  return states;
}

/** An entry's state; its text is hashed when somebody asks, and not to see that it is another's too. */
class EntryState implements FileState {
  readonly status: string;
  readonly #doc: QueueDocument;
  readonly #entry: QueueEntry;
  #text: string | null = null;

  constructor(doc: QueueDocument, entry: QueueEntry) {
    this.status = entry.status;
    this.#doc = doc;
    this.#entry = entry;
  }

  get text(): string {
    this.#text ??= textHash(this.#doc, this.#entry);
    return this.#text;
  }

  /** True where the blocks are the same, byte for byte and outside of their status token. */
  isSameText(other: EntryState): boolean {
    if (isSameBlock(this.#entry, other.#entry)) return true;
    const { span: mine, statusSpan: status } = this.#entry;
    const { span: theirs, statusSpan: otherStatus } = other.#entry;
    const [text, otherText] = [this.#doc.text, other.#doc.text];
    const [stop, otherStop] = [status?.start ?? mine.end, otherStatus?.start ?? theirs.end];
    if (stop - mine.start !== otherStop - theirs.start) return false;
    const [from, otherFrom] = [status?.end ?? stop, otherStatus?.end ?? otherStop];
    return (
      mine.end - from === theirs.end - otherFrom &&
      text.slice(mine.start, stop) === otherText.slice(theirs.start, otherStop) &&
      text.slice(from, mine.end) === otherText.slice(otherFrom, theirs.end)
    );
  }
}

/** An entry's block without its status token: what a person wrote, whatever its state. */
export function textWithoutStatus(doc: QueueDocument, entry: QueueEntry): string {
  const block = doc.text.slice(entry.span.start, entry.span.end);
  if (entry.statusSpan === null) return block;
  const start = entry.statusSpan.start - entry.span.start;
  const end = entry.statusSpan.end - entry.span.start;
  return applyEdits(block, [{ start, end, text: '' }]);
}

/** Tells an edit and a rename; no proof against somebody who wants two texts to look alike. */
function textHash(doc: QueueDocument, entry: QueueEntry): string {
  if (!(entry instanceof Entry)) return hashAnew(doc, entry);
  entry.block.textHash ??= hashAnew(doc, entry);
  return entry.block.textHash;
}

function hashAnew(doc: QueueDocument, { span, statusSpan }: QueueEntry): string {
  const hash = new Hash53();
  hash.add(doc.text, span.start, statusSpan?.start ?? span.end);
  if (statusSpan !== null) hash.add(doc.text, statusSpan.end, span.end);
  return inBase36(hash.value());
}

/**
 * cyrb53, by bryc (public domain): 53 good bits. Over ranges of the one big text, so that 100,000
 * blocks are hashed without a copy of any.
 */
class Hash53 {
  #a = 0xdeadbeef;
  #b = 0x41c6ce57;

  add(text: string, start: number, end: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    this.#a = a;
    this.#b = b;
  }

  value(): number {
    let a = this.#a;
    let b = this.#b;
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return 4294967296 * (2097151 & b) + (a >>> 0);
  }
}

/** What differs from `before` to `after`, by task. */
export function changesBetween(
  before: ReadonlyMap<string, FileState>,
  after: ReadonlyMap<string, FileState>,
): Changes {
  const changes: Changes = {};
  for (const [key, state] of before) note(changes, key, state, after.get(key));
  for (const [key, state] of after) if (!before.has(key)) note(changes, key, undefined, state);
  return changes;
}

function note(
  changes: Changes,
  key: string,
  before: FileState | undefined,
  after: FileState | undefined,
): void {
  const status = before?.status !== after?.status;
  const text = !isSameText(before, after);
  if (!status && !text) return;
  changes[key] = {
    ...(status ? { status: [before?.status ?? null, after?.status ?? null] } : {}),
    ...(text ? { text: [before?.text ?? null, after?.text ?? null] } : {}),
  };
}

function isSameText(before: FileState | undefined, after: FileState | undefined): boolean {
  const same =
    before instanceof EntryState && after instanceof EntryState && before.isSameText(after);
  return same || before?.text === after?.text;
}
