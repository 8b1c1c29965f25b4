import { UserError } from '../core/errors.ts';
import type { Status } from '../core/status.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import type { QueueDocument, QueueEntry } from './document.ts';
import { appendTask, insertBlock, setStatus } from './edit.ts';
import { keyEntries } from './keys.ts';
import { quote } from './message.ts';
import { parseQueue } from './parse.ts';
import type { FileState } from './version.ts';

/** What a message becomes in a queue. */
export interface MessageEntry {
  /** None where the queue gives none. */
  id: string | undefined;
  /** The titles to try, best first: one that a stranger chose may read as more than a title. */
  titles: readonly string[];
  priority: number;
  status: 'PENDING' | 'REVIEW';
  /** `From` among them: without it nothing is written. */
  fields: Readonly<Record<string, string>> & { From: string };
  /** What the other house says; untrusted. */
  body: string;
  /** Robed's own words below it. */
  note: string;
}

interface PlannedEntry {
  edits: TextEdit[];
  /** What it is known by: the id, or a handle. */
  key: string;
  title: string;
  state: FileState;
}

/**
 * The splice that puts a message into a queue as one entry, in the file's own form where that can
 * hold a text and its origin, else under a heading. Each way is proved by reading the result: all
 * other entries say what they said, and this one has its origin and no field that Robed did not
 * give it. null where no way passes. Pure.
 */
export function planMessageEntry(doc: QueueDocument, wanted: MessageEntry): PlannedEntry | null {
  for (const title of wanted.titles) {
    for (const way of WAYS) {
      const text = attempt(doc, () => way(doc, wanted, title));
      const planned = text === null ? null : prove(doc, text, wanted, title);
      if (planned !== null) return planned;
    }
  }
  return null;
}

/** Whole texts of the queue with the entry in it. */
const WAYS: readonly ((doc: QueueDocument, wanted: MessageEntry, title: string) => string)[] = [
  (doc, wanted, title) => inOwnForm(doc, wanted, title, 'priority'),
  (doc, wanted, title) => inOwnForm(doc, wanted, title, 'field'),
  underHeading,
];

function inOwnForm(
  doc: QueueDocument,
  wanted: MessageEntry,
  title: string,
  by: 'priority' | 'field',
): string {
  const { id, priority, fields } = wanted;
  const text = applyEdits(
    doc.text,
    appendTask(doc, {
      title,
      ...(id !== undefined && { id }),
      ...(by === 'priority'
        ? { priority, fields }
        : { fields: { Priority: `P${priority}`, ...fields } }),
      text: textOf(wanted),
    }),
  );
  if (wanted.status === 'PENDING') return text;
  const after = parseQueue(text, { before: doc });
  const added = addedTo(doc, after);
  return added === null ? text : applyEdits(text, setStatus(after, added.entry, wanted.status));
}

function underHeading(doc: QueueDocument, wanted: MessageEntry, title: string): string {
  const { id, priority, fields, status } = wanted;
  const eol = doc.text.includes('\r\n') ? '\r\n' : '\n';
  const labels = Object.entries({ Status: status, Priority: `P${priority}`, ...fields }).map(
    ([label, value]) => `- **${label}:** ${value}`,
  );
  const heading = `### ${id === undefined ? '' : `${id}: `}${title}`;
  const lines = [heading, ...labels, '', ...textOf(wanted).split('\n')];
  return applyEdits(doc.text, insertBlock(doc, `${lines.join(eol)}${eol}`));
}

/** Quoted twice: in a simple quote a label would still be read, as people quote their own fields. */
const textOf = ({ body, note }: MessageEntry): string => `${quote(body, '> >')}\n\n${note}`;

function attempt(doc: QueueDocument, make: () => string): string | null {
  if (doc.readOnly !== null) return null;
  try {
    return make();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function prove(
  doc: QueueDocument,
  text: string,
  wanted: MessageEntry,
  title: string,
): PlannedEntry | null {
  const after = parseQueue(text, { before: doc });
  const added = addedTo(doc, after);
  if (added === null || after.readOnly !== null || after.unreadable) return null;
  const { entry, key, state } = added;
  if (entry.title !== title || entry.unclosed || entry.status !== (wanted.status as Status)) {
    return null;
  }
  if (entry.id !== (wanted.id ?? null) || entry.priority !== wanted.priority) return null;
  const own = new Set([
    ...Object.keys(wanted.fields).map((label) => label.toLowerCase()),
    ...BASIC,
  ]);
  for (const label of entry.fields.keys()) if (!own.has(label)) return null;
  for (const [label, value] of Object.entries(wanted.fields)) {
    if (entry.fields.get(label.toLowerCase())?.value !== value) return null;
  }
  if (JSON.stringify(after.defaults) !== JSON.stringify(doc.defaults)) return null;
  return { edits: [spliceOf(doc.text, text)], key, title, state };
}

const BASIC = ['status', 'priority', 'id'];

/** The one entry that `after` has more, where every other is as it was. */
function addedTo(
  before: QueueDocument,
  after: QueueDocument,
): { entry: QueueEntry; key: string; state: FileState } | null {
  if (after.entries.length !== before.entries.length + 1) return null;
  const old = keyEntries(before);
  const { single, states } = keyEntries(after);
  let found: { entry: QueueEntry; key: string; state: FileState } | null = null;
  for (const [key, state] of states) {
    const was = old.states.get(key);
    if (was !== undefined) {
      if (was.status !== state.status || was.text !== state.text) return null;
      continue;
    }
    const entry = single.get(key);
    if (found !== null || entry === undefined) return null;
    found = { entry, key, state };
  }
  return found !== null && states.size === old.states.size + 1 ? found : null;
}

/** What differs, as one splice. */
function spliceOf(before: string, after: string): TextEdit {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = before.length;
  let stop = after.length;
  while (end > start && stop > start && before[end - 1] === after[stop - 1]) {
    end--;
    stop--;
  }
  return { start, end, text: after.slice(start, stop) };
}
