import type { Finding, QueueEntry } from './document.ts';
import type { Draft } from './draft.ts';
import { Entry, Handles } from './entry.ts';
import { idSeries } from './ids.ts';
import type { Lines } from './lines.ts';
import { SeenIds } from './seen-ids.ts';

/** Settles ids and handles, and tells what is wrong with entries. */
export function finishEntries(
  lines: Lines,
  drafts: Draft[],
): { entries: QueueEntry[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const series = weakSeries(drafts);
  const tags = repeatedWords(drafts);
  dropRepeatedRows(drafts);
  const handles = new Handles(lines.text);
  const seen = new SeenIds(drafts.length);
  const doubt = new Doubt(lines);
  for (const draft of drafts) {
    dropLoneId(draft, series, tags);
    const entry = new Entry(lines, draft, doubt.covers(draft.first, draft.last), handles);
    handles.entries.push(entry);
    findDuplicate(entry, seen, findings);
    findTrouble(entry, draft, findings);
  }
  for (const { line, what } of lines.unclosed) {
    findings.push({
      level: 'warning',
      code: `unclosed-${what}`,
      line: line + 1,
      message: `the ${what === 'fence' ? 'code fence' : 'comment'} that opens here is never closed`,
    });
  }
  return { entries: handles.entries, findings };
}

function weakSeries(drafts: Draft[]): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>();
  for (const { id, idStrength } of drafts) {
    if (id === null || idStrength !== 'weak') continue;
    const name = idSeries(id);
    const ids = series.get(name) ?? new Set();
    ids.add(id);
    series.set(name, ids);
  }
  return series;
}

/** Words without a digit that stand as an id more than once are tags: `[TECH-DEBT]`. */
function repeatedWords(drafts: Draft[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id, idStrength } of drafts) {
    if (id === null || (idStrength !== 'number' && idStrength !== 'slug') || /\d/.test(id))
      continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  return repeated;
}

/** A row's number that stands twice only counts the rows of two tables. */
function dropRepeatedRows(drafts: Draft[]): void {
  const rows = drafts.filter(({ idStrength }) => idStrength === 'row');
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of rows) {
    if (id === null) continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  for (const draft of rows) if (repeated.has(draft.id ?? '')) draft.id = null;
}

/** `S3` in `S3 bucket` is a word, unless the file also has an S1 or S2. */
function dropLoneId(draft: Draft, series: Map<string, Set<string>>, tags: Set<string>): void {
  if (draft.id === null) return;
  if (
    draft.idStrength === 'weak'
      ? (series.get(idSeries(draft.id))?.size ?? 0) > 1
      : tags.size === 0 || !tags.has(draft.id)
  )
    return;
  if (draft.title !== draft.id) draft.title = `${draft.id} ${draft.title}`;
  draft.id = null;
}

/** Entries that a fence or comment without an end touches, or comes before. */
class Doubt {
  readonly #lines: number[];
  readonly #from: number;
  constructor(lines: Lines) {
    this.#lines = lines.unclosed.map(({ line }) => line);
    const open = lines.unclosed.filter(({ toEnd }) => toEnd).map(({ line }) => line);
    this.#from = open.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...open.slice(0, 1000));
    this.#next = 0;
  }
  #next: number;

  /** Called in file order. */
  covers(first: number, last: number): boolean {
    if (last >= this.#from) return true;
    while (this.#next < this.#lines.length && (this.#lines[this.#next] ?? 0) < first) this.#next++;
    return (this.#lines[this.#next] ?? Number.POSITIVE_INFINITY) <= last;
  }
}

function findDuplicate(entry: QueueEntry, seen: SeenIds, findings: Finding[]): void {
  if (entry.id === null) return;
  const first = seen.first(entry.id, entry.line);
  if (first === undefined) return;
  findings.push({
    level: 'error',
    code: 'duplicate-id',
    line: entry.line,
    message: `${entry.id} stands also on line ${first}: neither is dispatched; address one as ${entry.id}@${entry.line}`,
  });
}

function findTrouble(entry: QueueEntry, draft: Draft, findings: Finding[]): void {
  if (entry.status === 'UNKNOWN') {
    const code = entry.statusSource === 'checkbox' ? 'unknown-mark' : 'unknown-status';
    findings.push({
      level: 'warning',
      code,
      line: entry.line,
      message: `${JSON.stringify(entry.rawStatus ?? '')} is no status known here`,
    });
  }
  if (draft.other !== null && draft.other !== 'UNKNOWN' && entry.status !== 'UNKNOWN') {
    findings.push({
      level: 'info',
      code: 'status-disagreement',
      line: entry.line,
      message: `its ${entry.statusSource} says ${entry.status}, something weaker says ${draft.other}`,
    });
  }
}
