import { LEFT_BRACKET } from './characters.ts';
import { type Draft, NO_FIELDS, settleByFields, strongest, type Told, tellBox, tellToken, tellValue } from './draft.ts';
import { FieldCollector } from './fields-scan.ts';
import { type Head, readHead } from './head.ts';
import { idSeries } from './ids.ts';
import { plainText } from './inline.ts';
import { normaliseLabel, readLabels } from './labels.ts';
import { LINE, type Lines } from './lines.ts';
import type { Section } from './outline.ts';
import { type Columns, isDelimiterRow, readColumns, splitRow } from './table.ts';
import { rowDraft, tableHoldsTasks } from './rows.ts';
import type { Status } from '../core/status.ts';
import { normaliseWord, readStatus, statusOfWord } from './words.ts';

export interface Collected {
  drafts: Draft[];
}

/** Every entry of the document in file order. */
export function collectEntries(lines: Lines, outline: Section[], path: string): Collected {
  const collector = new Collector(lines, path);
  for (let i = 0; i < outline.length; i++) {
    const section = outline[i] as Section;
    if (section.role === 'task') collector.heading(section, blockEnd(outline, i, lines.count));
    else if (section.role === 'section' || section.role === 'state') collector.own(section, section.line + 1);
    else if (section.role === 'legend') collector.own(section, afterRule(lines, section));
  }
  return { drafts: collector.drafts };
}

/** First line after a heading task: the next heading of its level or above, or a task below it. */
function blockEnd(outline: Section[], index: number, count: number): number {
  const { level } = outline[index] as Section;
  for (let i = index + 1; i < outline.length; i++) {
    const next = outline[i] as Section;
    if (next.level <= level || next.role === 'task') return next.line;
  }
  return count;
}

/** A thematic break ends a legend that has no heading after it. */
function afterRule(lines: Lines, section: Section): number {
  for (let line = section.line + 1; line < section.next; line++) if (lines.kind[line] === LINE.rule) return line + 1;
  return section.next;
}

/** An entry that later lines may still belong to. */
interface Open {
  line: number;
  indent: number;
  last: number;
  form: 'checkbox' | 'bullet' | 'numbered';
  head: Head;
  fields: FieldCollector | null;
  status: Told | null;
  /** False while a plain list item only might be an entry: a status field below makes it one. */
  entry: boolean;
  /** True for `- Task: …`, whose siblings `- Status: …` are its fields. */
  grouped: boolean;
}

class Collector {
  readonly drafts: Draft[] = [];
  readonly #lines: Lines;
  readonly #path: string;
  #section!: Section;
  #open: Open | null = null;
  /** A plain list item that is no entry: what is nested in it is not outermost. */
  #plain = -1;
  #columns: Columns | null = null;
  #nextPipe = -2;

  constructor(lines: Lines, path: string) {
    this.#lines = lines;
    this.#path = path;
  }

  heading(section: Section, end: number): void {
    const { text } = this.#lines;
    const { head } = section;
    const field = section.statusField === null ? null : tellValue(text, section.statusField.span, 'field');
    const said = head.status === null ? null : tellToken(text, head.status, head.place ?? 'suffix');
    const box = section.boxes.length === 1 ? tellBox(this.#lines, section.boxes[0] ?? 0) : null;
    const named = { ...section, state: section.own ?? section.state };
    const { told, other } = strongest(field, box, said, named, 'heading');
    this.#push({
      id: head.id?.id ?? null, idStrength: head.id?.strength ?? null, title: head.title, told, other,
      priority: head.priority ?? section.priority, form: 'heading', first: section.line, last: this.#trim(section.line, end - 1),
      section, fields: section.fields,
    }, head);
  }

  /** The section's own text, up to the next heading. */
  own(section: Section, from: number): void {
    this.#section = section;
    this.#plain = -1;
    const { kind, indent } = this.#lines;
    for (let line = from; line < section.next; line++) {
      const column = indent[line] ?? 0;
      switch (kind[line]) {
        case LINE.item:
          this.#item(line, column);
          break;
        case LINE.table:
          line = this.#table(line, column);
          break;
        case LINE.text:
        case LINE.quote:
          line = this.#text(line, column);
          break;
        case LINE.masked:
          if (this.#open !== null && column > this.#open.indent) this.#open.last = line;
          break;
        case LINE.rule:
          this.#close();
          this.#plain = -1;
      }
    }
    this.#close();
  }

  #item(line: number, column: number): void {
    const boxed = this.#lines.box[line] !== -1;
    const open = this.#open;
    if (open !== null && (column >= open.indent + 2 || (open.grouped && column === open.indent && !boxed && this.#isFieldOf(line)))) {
      if (open.entry || !boxed) return this.#inside(open, line);
      if (this.#isList(open)) this.#plain = open.indent;
      this.#open = null;
    } else this.#close();
    if (this.#plain !== -1 && column < this.#plain + 2) this.#plain = -1;
    if (boxed) this.#openBox(line, column);
    else this.#openBullet(line, column);
  }

  #isFieldOf(line: number): boolean {
    const { text, body, end } = this.#lines;
    const label = readLabels(text, body[line] ?? 0, end[line] ?? 0)[0];
    return label !== undefined && !TASK_LABELS.has(normaliseLabel(label.label));
  }

  #isList(open: Open): boolean {
    return open.form !== 'checkbox';
  }

  #openBox(line: number, column: number): void {
    const { text, body, end } = this.#lines;
    const head = readHead(text, body[line] ?? 0, end[line] ?? 0, { words: false, colon: false });
    this.#open = { line, indent: column, last: line, form: 'checkbox', head, fields: null, status: null, entry: true, grouped: false };
  }

  #openBullet(line: number, column: number): void {
    const { text, body, end, level } = this.#lines;
    const start = body[line] ?? 0;
    const stop = end[line] ?? 0;
    if (start >= stop) return;
    const form = level[line] === 1 ? 'numbered' : 'bullet';
    const label = readLabels(text, start, stop)[0];
    const inState = this.#section.role === 'state';
    const key = label === undefined ? '' : normaliseLabel(label.label);
    const grouped = label !== undefined && TASK_LABELS.has(key);
    const labelled = grouped || SELDOM_TASKS.has(key) || key.startsWith('status');
    const head = readHead(text, grouped ? label.valueStart : start, stop, { words: true, colon: false });
    const plainEmoji = head.emojiOnly && !inState && !(this.#section.priority !== null && isStateEmoji(text, head));
    const spoken = head.status !== null && !plainEmoji && head.title !== '';
    const outermost = this.#plain === -1;
    const entry = !labelled && ((inState && outermost && !isEmptyWord(head.title)) || (spoken && outermost));
    this.#open = { line, indent: column, last: line, form, head, fields: null, status: null, entry, grouped };
    if (!entry) this.#plain = this.#plain === -1 ? column : Math.min(this.#plain, column);
  }

  /** A line of the open item's block. */
  #inside(open: Open, line: number): void {
    open.last = line;
    if (this.#lines.kind[line] === LINE.item && (this.#lines.indent[line] ?? 0) > open.indent + 6) return;
    open.fields ??= new FieldCollector(this.#lines);
    const status = open.fields.take(line);
    if (status === null || open.status !== null) return;
    open.status = tellValue(this.#lines.text, status.span, 'field');
    if (open.status !== null && open.head.title !== '') open.entry = true;
  }

  #text(line: number, column: number): number {
    const open = this.#open;
    const above = this.#lines.kind[line - 1];
    if (open !== null && (column > open.indent || (above !== LINE.blank && above !== LINE.masked && line - 1 >= open.line))) {
      this.#inside(open, line);
      return line;
    }
    this.#close();
    if (column === 0) this.#plain = -1;
    const { text, start, end } = this.#lines;
    if (line + 1 < this.#section.next && this.#hasPipe(start[line] ?? 0, end[line] ?? 0)) {
      if (isDelimiterRow(text, start[line + 1] ?? 0, end[line + 1] ?? 0)) return this.#table(line, column);
    }
    if (this.#hasPipe(start[line] ?? 0, end[line] ?? 0)) this.#pipeLine(line);
    else if (column === 0 && this.#section.role === 'state' && text.charCodeAt(start[line] ?? 0) === LEFT_BRACKET) this.#bracketLine(line);
    return line;
  }

  /** Each pipe of the text is looked for once. */
  #hasPipe(start: number, end: number): boolean {
    if (this.#nextPipe !== -1 && this.#nextPipe < start) this.#nextPipe = this.#lines.text.indexOf('|', start);
    return this.#nextPipe !== -1 && this.#nextPipe < end;
  }

  /** `[ID] title` under a state. */
  #bracketLine(line: number): void {
    const { text, body, end } = this.#lines;
    const head = readHead(text, body[line] ?? 0, end[line] ?? 0, { words: true, colon: false });
    if (head.id === null || head.title === '' || head.title === head.id.id) return;
    this.#open = { line, indent: 0, last: line, form: 'bullet', head, fields: null, status: null, entry: true, grouped: false };
  }

  /** `ID | STATUS | title` */
  #pipeLine(line: number): void {
    const { text, body, end } = this.#lines;
    const start = body[line] ?? 0;
    const cells = splitRow(text, start, end[line] ?? 0);
    const first = cells[0];
    if (cells.length < 3 || first === undefined) return;
    const head = readHead(text, first.start, first.end, { words: false, colon: false });
    if (head.id === null || head.title !== plainText(head.id.id)) return;
    const at = cells.findIndex((cell, i) => i > 0 && readStatus(text, cell.start, cell.end)?.exact === true);
    const status = cells[at];
    if (status === undefined) return;
    const titleCell = cells.find((cell, i) => i > 0 && i !== at && cell.end - cell.start > 2 && !/^p\d$/i.test(text.slice(cell.start, cell.end)));
    const told = tellValue(text, status, 'cell');
    if (told === null) return;
    const title = titleCell === undefined ? head.id.id : plainText(text.slice(titleCell.start, titleCell.end));
    this.#push({
      id: head.id.id, idStrength: 'strong', title, told, other: null, priority: this.#section.priority, form: 'pipe', first: line, last: line,
      section: this.#section, fields: NO_FIELDS,
    }, null);
  }

  #table(line: number, column: number): number {
    const open = this.#open;
    if (open !== null && column > open.indent) {
      this.#inside(open, line);
      return line;
    }
    this.#close();
    this.#plain = -1;
    const { text, start, end, kind } = this.#lines;
    const { next } = this.#section;
    let row = line;
    let columns: Columns | null;
    let tasks: boolean;
    // Rows below no header at all: each is read as a pipe line.
    let loose = false;
    if (line + 1 < next && isDelimiterRow(text, start[line + 1] ?? 0, end[line + 1] ?? 0)) {
      columns = readColumns(text, splitRow(text, start[line] ?? 0, end[line] ?? 0));
      row = line + 2;
      tasks = columns !== null && tableHoldsTasks(this.#lines, columns, this.#section, row, this.#path);
      this.#columns = tasks ? columns : null;
    } else {
      columns = this.#columns;
      tasks = columns !== null && splitRow(text, start[line] ?? 0, end[line] ?? 0).length === columns.headers.length;
    }
    for (; row < next; row++) {
      if (kind[row] !== LINE.table && !(kind[row] === LINE.text && this.#hasPipe(start[row] ?? 0, end[row] ?? 0))) break;
      if (row === line && columns === null) loose = true;
      if (loose) this.#pipeLine(row);
      if (!tasks || columns === null) continue;
      const found = rowDraft(this.#lines, columns, this.#section, row);
      if (found !== null) this.#push(found, null);
    }
    return row - 1;
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || !open.entry) return;
    const { text } = this.#lines;
    const { head } = open;
    if ((head.title === '' && open.form !== 'checkbox') || (open.form === 'checkbox' && isEmptyWord(head.title) && /^[(<{]/.test(head.title))) return;
    const box = open.form === 'checkbox' ? tellBox(this.#lines, open.line) : null;
    if (box !== null && isLegendLine(head.title, box.status)) return;
    const said = head.status === null || (box !== null && head.emojiOnly && head.place === 'bracket' && !isStateEmoji(text, head))
      ? null
      : tellToken(text, head.status, open.form === 'checkbox' ? 'inline' : (head.place ?? 'inline'));
    const { told, other } = strongest(open.status, box, said, this.#section, open.form);
    this.#push({
      id: head.id?.id ?? null, idStrength: head.id?.strength ?? null, title: head.title, told, other,
      priority: head.priority ?? this.#section.priority, form: open.form, first: open.line, last: this.#trim(open.line, open.last),
      section: this.#section, fields: open.fields?.fields ?? NO_FIELDS,
    }, head);
  }

  #push(draft: Draft, head: Head | null): void {
    if (draft.title === '') return;
    if (draft.idStrength === 'weak' && head?.id != null) (draft as Draft & { series?: string }).series = idSeries(head.id.id);
    for (const tag of head?.tags ?? []) {
      if (tag.label === 'id' && draft.id === null) draft.id = this.#lines.text.slice(tag.start, tag.end);
      if (!draft.fields.has(tag.label)) {
        if (draft.fields === NO_FIELDS) draft.fields = new Map();
        (draft.fields as Map<string, unknown>).set(tag.label, {
          label: tag.label, value: this.#lines.text.slice(tag.start, tag.end), line: draft.first + 1, span: { start: tag.start, end: tag.end },
        });
      }
    }
    if (draft.fields.size > 0) settleByFields(draft, head);
    this.drafts.push(draft);
  }

  /** The last line of a block that says anything. */
  #trim(first: number, last: number): number {
    let line = last;
    while (line > first && (this.#lines.kind[line] === LINE.blank || this.#lines.kind[line] === LINE.rule)) line--;
    return line;
  }
}

/** Emoji that mean a state wherever they lead a line; the others may just be decoration. */
function isStateEmoji(text: string, head: Head): boolean {
  return head.status !== null && /^[✅❌⏳🚧🔄🚫⏸⬜🔲]/u.test(text.slice(head.status.start, head.status.end));
}

/** `- [~] in progress` explains a mark; it is no task. */
function isLegendLine(title: string, status: Status): boolean {
  if (title.length > 30) return false;
  return statusOfWord(normaliseWord(title)) === status || statusOfWord(normaliseWord(title.split(/[/,(]/)[0] ?? '')) === status;
}

/** `- Task: Confirm the scope`, with `- Status: pending` beside it. */
const TASK_LABELS = new Set(['task', 'title', 'item', 'task name', 'todo']);

/** Labels of bullets that are notes on something, even where a section is a state. */
const SELDOM_TASKS = new Set(['status', 'state', 'priority', 'owner', 'assignee', 'note', 'notes', 'created', 'updated', 'last updated', 'date', 'goal', 'rule', 'rules', 'source', 'why', 'depends on', 'blocked by', 'files', 'acceptance', 'verify']);

function isEmptyWord(title: string): boolean {
  if (/^[(_*]*(?:none|nothing|no (?:active|open|current|pending|blocked|tasks?|items?))\b/i.test(title) && title.split(' ').length < 7) return true;
  if (/^(?:\((?:add|insert|your|example|none|empty)\b[^()]*\)|<[^<>]*>|\{[^{}]*\})$/i.test(title)) return true;
  return /^[^\p{L}\p{N}]*$|^[^\p{L}]*(?:none|empty|nothing|n\/a|no (?:tasks?|items?|entries)|none (?:yet|currently|right now|at (?:this time|present))|nothing (?:yet|here|currently|in progress)|tbd|なし|无|無|yok|keine|aucun|vacío|nenhum)\b[^\p{L}]*(?:yet|here|currently|right now|at the moment|at this time)?[^\p{L}]*$/iu.test(title.slice(0, 80));
}

