import type { Finding } from './document.ts';
import { type Block, Entry, EntryList } from './entry.ts';
import { idSeries } from './ids.ts';
import type { Lines } from './lines.ts';
import { SeenIds } from './seen-ids.ts';

/** Settles ids and handles, and tells what is wrong with entries. */
export function finishEntries(
  lines: Lines,
  blocks: Block[],
): { list: EntryList; findings: Finding[] } {
  const findings: Finding[] = [];
  const series = weakSeries(blocks);
  const tags = repeatedWords(blocks);
  dropRepeatedRows(blocks);
  const list = new EntryList(lines.text);
  const seen = new SeenIds(blocks.length);
  const doubt = new Doubt(lines);
  for (const block of blocks) {
    dropLoneId(block, series, tags);
    block.unclosed = doubt.covers(block.first, block.last);
    list.entries.push(new Entry(list, block, 0, 0));
    findDuplicate(block, seen, findings);
    findTrouble(block, findings);
  }
  for (const { line, what } of lines.unclosed) {
    findings.push({
      level: 'warning',
      code: `unclosed-${what}`,
      line: line + 1,
      message: `the ${what === 'fence' ? 'code fence' : 'comment'} that opens here is never closed`,
    });
  }
  return { list, findings };
}

function weakSeries(blocks: Block[]): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>();
  for (const { id, idStrength } of blocks) {
    if (id === null || idStrength !== 'weak') continue;
    const name = idSeries(id);
    const ids = series.get(name) ?? new Set();
    ids.add(id);
    series.set(name, ids);
  }
  return series;
}

/** Words without a digit that stand as an id more than once are tags: `[TECH-DEBT]`. */
function repeatedWords(blocks: Block[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id, idStrength } of blocks) {
    if (id === null || (idStrength !== 'number' && idStrength !== 'slug') || /\d/.test(id))
      continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  return repeated;
}

/** A row's number that stands twice only counts the rows of two tables. */
function dropRepeatedRows(blocks: Block[]): void {
  const rows = blocks.filter(({ idStrength }) => idStrength === 'row');
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of rows) {
    if (id === null) continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  for (const block of rows) if (repeated.has(block.id ?? '')) block.id = null;
}

/** `S3` in `S3 bucket` is a word, unless the file also has an S1 or S2. */
function dropLoneId(block: Block, series: Map<string, Set<string>>, tags: Set<string>): void {
  if (block.id === null) return;
  if (
    block.idStrength === 'weak'
      ? (series.get(idSeries(block.id))?.size ?? 0) > 1
      : tags.size === 0 || !tags.has(block.id)
  )
    return;
  if (block.title !== block.id) block.title = `${block.id} ${block.title}`;
  block.id = null;
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

function findDuplicate({ id, first }: Block, seen: SeenIds, findings: Finding[]): void {
  if (id === null) return;
  const line = first + 1;
  const above = seen.first(id, line);
  if (above === undefined) return;
  findings.push({
    level: 'error',
    code: 'duplicate-id',
    line,
    message: `${id} stands also on line ${above}: neither is dispatched; address one as ${id}@${line}`,
  });
}

/** What is wrong with what the entry says of its status. */
export function findTrouble(block: Block, findings: Finding[]): void {
  const { status, statusSource: source, rawStatus, other } = block;
  const line = block.first + 1;
  if (status === 'UNKNOWN') {
    const code = source === 'checkbox' ? 'unknown-mark' : 'unknown-status';
    const message = `${JSON.stringify(rawStatus ?? '')} is no status known here`;
    findings.push({ level: 'warning', code, line, message });
  } else if (other !== null && other !== 'UNKNOWN') {
    const message = `its ${source} says ${status}, something weaker says ${other}`;
    findings.push({ level: 'info', code: 'status-disagreement', line, message });
  }
}
