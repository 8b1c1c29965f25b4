import { UserError } from '../core/errors.ts';
import type { QueueDocument, QueueEntry } from './document.ts';

/**
 * The one entry that `reference` names: an id (any case where that is unique), a handle, `ID@line`,
 * or a line of its block. Throws a UserError where none or several match.
 */
export function findEntry(doc: QueueDocument, reference: string): QueueEntry {
  const wanted = reference.trim();
  const at = /^(.*)@(\d{1,9})$/.exec(wanted);
  const exact = matching(doc, wanted);
  if (exact.length === 1) return exact[0] as QueueEntry;
  if (exact.length > 1) throw ambiguous(wanted, exact);
  if (at !== null) {
    const line = Number(at[2]);
    const name = at[1] ?? '';
    const entry = byLine(line, name === '' ? doc.entries : matching(doc, name));
    if (entry !== undefined) return entry;
  }
  if (/^\d{1,9}$/.test(wanted)) {
    const entry = byLine(Number(wanted), doc.entries);
    if (entry !== undefined) return entry;
  }
  throw unknown(doc, wanted);
}

/** Entries by handle, by id, or by id in another case. */
function matching(doc: QueueDocument, name: string): QueueEntry[] {
  if (name.startsWith('~')) {
    const found = doc.entries.filter(({ handle }) => handle === name);
    if (found.length > 0) return found;
  }
  const same = doc.entries.filter(({ id }) => id === name);
  if (same.length > 0) return same;
  const lower = name.toLowerCase();
  return doc.entries.filter(({ id }) => id !== null && id.toLowerCase() === lower);
}

function byLine(line: number, among: QueueEntry[]): QueueEntry | undefined {
  return (
    among.find((entry) => entry.line === line) ??
    among.find((entry) => entry.line <= line && line <= entry.endLine)
  );
}

function ambiguous(name: string, found: QueueEntry[]): UserError {
  const [first, second] = found as [QueueEntry, QueueEntry];
  const lines = found.map(({ line }) => line).join(', ');
  return new UserError(`${name} stands on ${found.length} lines: ${lines}`, {
    line: second.line,
    hint: `name one of them as ${name}@${first.line}`,
  });
}

function unknown(doc: QueueDocument, name: string): UserError {
  const near = nearest(doc, name);
  return new UserError(
    `expected a task of the queue, found no ${JSON.stringify(name)} among its ${doc.entries.length}`,
    {
      hint: near === null ? '`robed list` shows ids and handles' : `did you mean ${near}?`,
    },
  );
}

/** The id closest by edit distance, if close; only where the queue is small enough to look. */
function nearest(doc: QueueDocument, name: string): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  const lower = name.slice(0, 64).toLowerCase();
  for (const { id } of doc.entries.slice(0, 5000)) {
    if (id === null || Math.abs(id.length - lower.length) >= least) continue;
    const distance = editDistance(lower, id.toLowerCase());
    if (distance < least) {
      least = distance;
      best = id;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
