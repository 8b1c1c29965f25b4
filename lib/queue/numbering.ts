import type { QueueDocument, QueueEntry } from './document.ts';

const DEFAULT = { prefix: 'TASK-', width: 3 };

/** The next free id of the series most ids belong to; `TASK-001` where there is none. */
export function nextInSeries(
  doc: QueueDocument,
  given: (prefix: string) => Iterable<string>,
): string {
  const ids = doc.entries.map(({ id }) => id).filter((id) => id !== null);
  const { prefix, width } = mainSeries(ids);
  let highest = 0;
  const used = new Set<string>();
  for (const id of [...ids, ...given(prefix)]) {
    used.add(id.toLowerCase());
    const parsed = parse(id);
    if (
      parsed?.prefix.toLowerCase() === prefix.toLowerCase() &&
      parsed.number < Number.MAX_SAFE_INTEGER / 2
    )
      highest = Math.max(highest, parsed.number);
  }
  let next = highest;
  let id: string;
  do {
    next++;
    id = `${prefix}${String(next).padStart(width, '0')}`;
  } while (used.has(id.toLowerCase()));
  return id;
}

/** What stands before the title of an entry with an id, with `id` in its place: `**T-1:** `, `T-1 — `. */
export function idPrefix(doc: QueueDocument, entry: QueueEntry, id: string): string {
  for (const other of doc.entries) {
    if (other.id === null || other.form !== entry.form || other.form === 'table') continue;
    const end = doc.text.indexOf('\n', other.span.start);
    const line = doc.text.slice(other.span.start, end === -1 ? doc.text.length : end);
    const at = line.indexOf(other.id);
    if (at === -1) continue;
    const open = /(?:\*\*|`|\[)$/.exec(line.slice(0, at))?.[0] ?? '';
    const after = /^(?:\*\*|`|\])?\s*(?::|—|–|-|\.|\))?(?:\*\*)?\s+/.exec(
      line.slice(at + other.id.length),
    )?.[0];
    if (after === undefined) continue;
    const close = open === '[' ? ']' : open;
    if (close !== '' && !after.includes(close)) continue;
    if (close === '' && /\*\*|`|\]/.test(after)) continue;
    return `${open}${id}${after}`;
  }
  return `${id}: `;
}

function mainSeries(ids: string[]): { prefix: string; width: number } {
  const counts = new Map<string, { count: number; width: number }>();
  for (const id of ids) {
    const parsed = parse(id);
    if (parsed === null) continue;
    const known = counts.get(parsed.prefix) ?? { count: 0, width: 0 };
    counts.set(parsed.prefix, {
      count: known.count + 1,
      width: Math.max(known.width, parsed.width),
    });
  }
  let best: { prefix: string; width: number; count: number } | null = null;
  for (const [prefix, { count, width }] of counts)
    if (best === null || count > best.count) best = { prefix, width, count };
  return best ?? DEFAULT;
}

/** `TASK-014` and the like: letters with a hyphen, then digits. Bare numbers are rows, not ids. */
function parse(id: string): { prefix: string; number: number; width: number } | null {
  const match = /^([A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*[-_]|[A-Z]{1,5})(\d{1,9})$/.exec(id);
  if (match === null) return null;
  const digits = match[2] ?? '';
  return { prefix: match[1] ?? '', number: Number(digits), width: digits.length };
}
