import { boxColumn } from './box-column.ts';
import { FieldCollector } from './fields-scan.ts';
import { LINE, type Lines } from './lines.ts';
import type { Section } from './section.ts';
import { isAcceptance } from './sections.ts';
import { isDelimiterRow, readColumns, splitRow } from './table.ts';

/** Checkboxes kept by a section: more than one makes no difference. */
const MOST_BOXES = 3;

/**
 * Reads the fields and checkboxes of the lines below a heading, up to the next one. A status field
 * counts before the first checkbox and numbered item; under a heading with an id also below them.
 */
export function readOwnText(lines: Lines, section: Section): void {
  const { kind, indent, box, level } = lines;
  let collector: FieldCollector | null = null;
  let stopped = false;
  let acceptance = false;
  let boxIndent = 0;
  for (let line = section.line + 1; line < section.next; line++) {
    const lineKind = kind[line];
    if (lineKind === LINE.blank || lineKind === LINE.masked || lineKind === LINE.rule) continue;
    const column = indent[line] ?? 0;
    if (lineKind === LINE.item && (box[line] !== -1 || level[line] === 1)) {
      const nested = column > 1 && collector?.isOpen() === true;
      if (
        box[line] !== -1 &&
        !acceptance &&
        !nested &&
        (section.boxes.length === 0 || column <= boxIndent)
      ) {
        if (section.boxes.length === 0) section.boxes = [line];
        else if (section.boxes.length < MOST_BOXES) section.boxes.push(line);
        boxIndent = column;
      }
      stopped = true;
      collector?.take(line);
      continue;
    }
    if (lineKind === LINE.table && !section.table) section.table = isTaskTable(lines, line);
    if (column > 3 && collector === null) continue;
    collector ??= new FieldCollector(lines);
    const status = collector.take(line);
    if (column === 0 && lineKind !== LINE.item)
      acceptance = isAcceptanceLine(lines, line, collector.last);
    else if (column < 2 && collector.last !== null && isAcceptanceLabel(collector.last))
      acceptance = true;
    if (status === null || column > 3) continue;
    if (!stopped || (column === 0 && section.head.id !== null)) section.statusField ??= status;
  }
  if (collector !== null) section.fields = collector.done();
}

/** `**Acceptance:**` or a bold line `**Acceptance criteria**`. */
function isAcceptanceLine(lines: Lines, line: number, label: string | null): boolean {
  if (label !== null) return isAcceptanceLabel(label);
  const body = lines.body[line] ?? 0;
  const code = lines.text.charCodeAt(body);
  const end = lines.end[line] ?? 0;
  return (
    (code === 42 || code === 95) && end - body < 80 && isAcceptance(lines.text.slice(body, end))
  );
}

const CACHE = new Map<string, boolean>();
const CACHE_SIZE = 2000;

/** The same few labels stand below every task. */
function isAcceptanceLabel(label: string): boolean {
  const known = CACHE.get(label);
  if (known !== undefined) return known;
  const acceptance = isAcceptance(label);
  if (CACHE.size < CACHE_SIZE) CACHE.set(label, acceptance);
  return acceptance;
}

function isTaskTable(lines: Lines, line: number): boolean {
  const { text, start, end, count } = lines;
  if (line + 1 >= count || !isDelimiterRow(text, start[line + 1] ?? 0, end[line + 1] ?? 0))
    return false;
  const header = splitRow(text, start[line] ?? 0, end[line] ?? 0);
  const columns = readColumns(text, header, () => boxColumn(lines, line + 2));
  return columns !== null && columns.status !== -1 && (columns.title !== -1 || columns.id !== -1);
}
