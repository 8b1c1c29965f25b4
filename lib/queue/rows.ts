import { type Draft, strongest, type Told, tellValue } from './draft.ts';
import { plainText } from './inline.ts';
import { LINE, type Lines } from './lines.ts';
import { readPriority } from './priority.ts';
import { readHead } from './read-head.ts';
import { RowFields } from './row-fields.ts';
import { pathOf, type Section } from './section.ts';
import { isGrouping } from './sections.ts';
import { type Cell, type Columns, splitRow } from './table.ts';
import { BOX_MARKS } from './vocabulary.ts';
import { readValue } from './words.ts';

/** Rows looked at to tell whether a table holds tasks. */
const SAMPLE = 50;

/** True for title + status, or id + title where the surroundings speak of tasks. */
export function tableHoldsTasks(
  lines: Lines,
  columns: Columns,
  section: Section,
  from: number,
  path: string,
): boolean {
  const context =
    section.state !== null ||
    CONTEXT.test(
      `${pathOf(lines.text, section).join(' ')} ${path.slice(path.lastIndexOf('/') + 1)}`,
    );
  if (columns.status !== -1) {
    const told = tellRows(lines, columns, section, from);
    const dated = DATED.test(columns.headers[columns.status] ?? '');
    if (dated && told.known === 0) columns.status = -1;
    else if (columns.title === -1 && columns.id === -1)
      return context && told.known * 2 >= told.told && told.known > 0;
    else return columns.id !== -1 || context || told.told === 0 || told.known * 3 >= told.told;
  }
  if (columns.title === -1) return false;
  return section.role === 'state' || (columns.id !== -1 && context);
}

/** A column `Completed` holds dates as often as states. */
const DATED = /^(?:done|complete|completed)\b/i;
const CONTEXT =
  /task|queue|backlog|todo|to do|roadmap|bugs?\b|issues|work|kolejka|zada|warteschlange|aufgabe|cola\b|tarea|fila\b|tâche|görev|gorev|задач|очередь|任务|任務|백로그|할 일|hàng đợi|công việc|待办|タスク|작업/i;

function tellRows(
  lines: Lines,
  columns: Columns,
  section: Section,
  from: number,
): { told: number; known: number } {
  let known = 0;
  let told = 0;
  for (
    let row = from;
    row < Math.min(section.next, from + SAMPLE) && lines.kind[row] === LINE.table;
    row++
  ) {
    const cell = splitRow(lines.text, lines.start[row] ?? 0, lines.end[row] ?? 0)[columns.status];
    if (cell === undefined || cell.start >= cell.end) continue;
    told++;
    if (readCell(lines.text, cell) !== null) known++;
  }
  return { told, known };
}

/** The entry of one row; null for a placeholder (`—`). */
export function rowDraft(
  lines: Lines,
  columns: Columns,
  section: Section,
  line: number,
): Draft | null {
  const { text } = lines;
  const cells = splitRow(text, lines.start[line] ?? 0, lines.end[line] ?? 0);
  if (cells.every((cell) => isEmpty(text, cell))) return null;
  if (cells.every((cell, i) => text.slice(cell.start, cell.end) === columns.headers[i]))
    return null;
  const titleCell = cells[columns.title === -1 ? otherColumn(columns, cells) : columns.title];
  const idCell = columns.id === -1 ? undefined : cells[columns.id];
  const head =
    titleCell === undefined
      ? null
      : readHead(text, titleCell.start, titleCell.end, { words: false, colon: false });
  const id =
    idCell === undefined || isEmpty(text, idCell)
      ? null
      : plainText(text.slice(idCell.start, idCell.end));
  if (
    head?.id?.strength === 'number' &&
    titleCell !== undefined &&
    /^\p{Lu}\p{Ll}/u.test(head.id.id)
  ) {
    head.id = null;
    head.title = plainText(text.slice(titleCell.start, titleCell.end));
    head.titleStart = titleCell.start;
  }
  const title =
    head === null || isEmptyTitle(head.title)
      ? columns.title === -1
        ? (id ?? '')
        : ''
      : head.title;
  // Without a column for it, a row `Phase 1` sums up what stands elsewhere.
  if (columns.title === -1 && id === null && isGrouping(title)) return null;
  if (title === '' || /^(?:none|empty|\(none\)|\(empty\)|n\/a|_?none_?)$/i.test(title)) return null;
  const statusCell = columns.status === -1 ? undefined : cells[columns.status];
  const cell =
    statusCell === undefined || isEmpty(text, statusCell)
      ? null
      : (readCell(text, statusCell) ?? tellValue(text, statusCell, 'cell'));
  // As a box before a title, an open one leaves it to the section.
  const open = columns.boxed && cell?.status === 'PENDING' && section.state !== null;
  const said =
    head?.status == null
      ? null
      : {
          status: head.status.status,
          source: 'inline' as const,
          raw: text.slice(head.status.start, head.status.end),
          span: { start: head.status.start, end: head.status.end },
        };
  const { told, other } = strongest(
    text,
    open ? null : cell,
    open ? cell : null,
    said,
    section,
    'table',
    head?.struck ?? null,
  );
  const priorityCell = columns.priority === -1 ? undefined : cells[columns.priority];
  const row = id !== null && columns.numbered && /^#?\d+(?:\.\d+)*[a-z]?[.)]?$/i.test(id);
  const own = id === null || id.length > 80 || (row && head?.id?.strength === 'strong');
  return {
    id: own ? (head?.id?.id ?? null) : id,
    idStrength: own ? (head?.id?.strength ?? null) : row ? 'row' : 'strong',
    title,
    titleSpan:
      head === null
        ? { start: lines.start[line] ?? 0, end: lines.start[line] ?? 0 }
        : { start: head.titleStart, end: head.titleEnd },
    told,
    other,
    priority:
      (priorityCell === undefined
        ? null
        : readPriority(text.slice(priorityCell.start, priorityCell.end))) ??
      head?.priority ??
      section.priority,
    form: 'table',
    first: line,
    last: line,
    section,
    fields: new RowFields(columns, cells, line + 1),
  };
}

/** A box, yes/no, or a status word. */
function readCell(text: string, cell: Cell): Told | null {
  const raw = text.slice(cell.start, cell.end);
  const plain = plainText(raw).toLowerCase();
  const mark = /^\[?([xX✓✔~/! -]?)\]?$/.exec(raw.trim());
  if (mark !== null && raw.trim() !== '-' && BOX_MARKS[(mark[1] ?? '').trim()] !== undefined) {
    const at = raw.startsWith('[') ? 1 : 0;
    return {
      status: BOX_MARKS[(mark[1] ?? '').trim()] ?? 'UNKNOWN',
      source: 'cell',
      raw: raw.trim(),
      span: { start: cell.start + at, end: cell.end - at },
    };
  }
  if (plain === 'yes' || plain === 'y' || plain === '100%')
    return { status: 'COMPLETE', source: 'cell', raw: plain, span: { ...cell } };
  if (plain === 'no' || plain === 'n' || plain === '0%')
    return { status: 'PENDING', source: 'cell', raw: plain, span: { ...cell } };
  if (/^[1-9]\d?%$/.test(plain))
    return { status: 'IN_PROGRESS', source: 'cell', raw: plain, span: { ...cell } };
  return readValue(text, cell.start, cell.end) === null ? null : tellValue(text, cell, 'cell');
}

/** Where the header names no title: the first column that is none of the others. */
function otherColumn(columns: Columns, cells: Cell[]): number {
  const taken = [columns.id, columns.status, columns.priority];
  return cells.findIndex((_, i) => !taken.includes(i));
}

function isEmpty(text: string, cell: Cell): boolean {
  return isEmptyTitle(text.slice(cell.start, cell.end));
}

function isEmptyTitle(text: string): boolean {
  return /^[\s—–\-_*.…~`]*$/.test(text);
}
