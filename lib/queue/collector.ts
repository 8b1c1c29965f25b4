import { LEFT_BRACKET } from './characters.ts';
import { type Draft, settleDraft } from './draft.ts';
import { type Block, makeBlock } from './entry.ts';
import type { Head } from './head.ts';
import { isNoteLabel, TASK_LABELS } from './item-rules.ts';
import { normaliseLabel, readLabel } from './labels.ts';
import { LINE, type Lines } from './lines.ts';
import { labelsTasks, type Mark, readMark, readMarkedHead } from './marked-bullet.ts';
import { closeItem, isPartOf, type OpenItem, openItem, takeLine } from './open-item.ts';
import { pipeDraft } from './pipe-line.ts';
import { isNamed, isTask, type Reach } from './reach.ts';
import { readHead } from './read-head.ts';
import type { Section } from './section.ts';
import { TableWalk } from './table-walk.ts';

/** Walks the text of one section after the other and makes a block of every entry. */
export class Collector {
  readonly blocks: Block[] = [];
  /** Bullets that are no tasks, and marks of bullets that nothing else makes one. */
  plain = 0;
  marks = 0;
  /** The ids that lead bullets, by section. */
  readonly named = new Map<Section, string[]>();
  readonly #lines: Lines;
  readonly #tables: TableWalk;
  readonly #reach: Reach;
  #section!: Section;
  /** Whether words such as `done:` label the section's tasks; null until asked. */
  #labels: boolean | null = null;
  #open: OpenItem | null = null;
  /** Indent of a list item that is no entry: what is nested in it is not outermost. -1 for none. */
  #plain = -1;

  constructor(lines: Lines, path: string, reach: Reach) {
    this.#lines = lines;
    this.#reach = reach;
    this.#tables = new TableWalk(lines, path);
  }

  push(draft: Draft, head: Head | null): void {
    if (draft.title === '') return;
    settleDraft(this.#lines.text, draft, head);
    this.blocks.push(makeBlock(this.#lines, draft));
  }

  /** The section's own text, up to the next heading. */
  walk(section: Section, from: number): void {
    this.#section = section;
    this.#labels = null;
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
    const part = open !== null && isPartOf(this.#lines, open, line, column);
    if (!part) this.#close();
    const mark = this.#reach.marked && !boxed && !(part && open.entry) ? this.#mark(line) : null;
    if (part && (open.entry || !(boxed || mark !== null))) {
      if (!open.entry && this.#mark(line) !== null) this.marks++;
      takeLine(this.#lines, open, line);
      return;
    }
    if (part) {
      // A checkbox in a plain item: the item is no entry, the checkbox is.
      this.plain--;
      this.#plain = open.indent;
      this.#open = null;
    }
    if (this.#plain !== -1 && column < this.#plain + 2) this.#plain = -1;
    if (boxed) this.#openBox(line, column);
    else if (mark !== null) this.#openMarked(line, column, mark);
    else this.#openBullet(line, column);
  }

  #openBox(line: number, column: number): void {
    this.#open = openItem(line, column, 'checkbox', this.#head(line, false), true);
  }

  #mark(line: number): Mark | null {
    const { text, body, end } = this.#lines;
    const mark = readMark(text, body[line] ?? 0, end[line] ?? 0);
    if (mark?.loose && !this.#reach.loose) return null;
    if (mark === null || !mark.label) return mark;
    this.#labels ??= labelsTasks(this.#lines, this.#section);
    return this.#labels ? mark : null;
  }

  #openMarked(line: number, column: number, mark: Mark): void {
    const { text, level } = this.#lines;
    const head = readMarkedHead(text, mark);
    this.marks++;
    this.#open = openItem(line, column, level[line] === 1 ? 'numbered' : 'bullet', head, true);
  }

  #openBullet(line: number, column: number): void {
    const { text, body, end, level } = this.#lines;
    const start = body[line] ?? 0;
    const stop = end[line] ?? 0;
    if (start >= stop) return;
    const label = readLabel(text, start, stop);
    const key = label === null ? '' : normaliseLabel(label.label);
    const grouped = label !== null && TASK_LABELS.has(key);
    const from = grouped ? label.valueStart : start;
    const head = readHead(text, from, stop, { words: true, colon: false });
    if (isNamed(head)) this.#note(head.id?.id ?? '');
    const free = !grouped && !isNoteLabel(key) && this.#plain === -1;
    const entry = free && isTask(text, this.#section, head, this.#reach);
    const form = level[line] === 1 ? 'numbered' : 'bullet';
    this.#open = openItem(line, column, form, head, entry, grouped);
    if (entry) return;
    this.plain++;
    if (this.#mark(line) !== null) this.marks++;
    this.#plain = this.#plain === -1 ? column : Math.min(this.#plain, column);
  }

  #note(id: string): void {
    const ids = this.named.get(this.#section);
    if (ids === undefined) this.named.set(this.#section, [id.toLowerCase()]);
    else ids.push(id.toLowerCase());
  }

  #text(line: number, column: number): number {
    const open = this.#open;
    if (open !== null && (column > open.indent || this.#continues(open, line))) {
      takeLine(this.#lines, open, line);
      return line;
    }
    this.#close();
    if (column === 0) this.#plain = -1;
    if (this.#tables.hasPipe(line)) {
      if (this.#tables.isHeader(this.#section, line)) return this.#table(line, column);
      const draft = pipeDraft(this.#lines, this.#section, line);
      if (draft !== null) this.push(draft, null);
    } else if (column === 0 && this.#section.role === 'state') this.#openBracketed(line);
    return line;
  }

  /** A paragraph's line goes on where no blank line stands before it. */
  #continues(open: OpenItem, line: number): boolean {
    const above = this.#lines.kind[line - 1];
    return line > open.line && above !== LINE.blank && above !== LINE.masked;
  }

  /** `[ID] title` below a state. */
  #openBracketed(line: number): void {
    const { text, body } = this.#lines;
    if (text.charCodeAt(body[line] ?? 0) !== LEFT_BRACKET) return;
    const head = this.#head(line, true);
    if (head.id === null || head.title === head.id.id) return;
    this.#open = openItem(line, 0, 'bullet', head, true);
  }

  #table(line: number, column: number): number {
    const open = this.#open;
    if (open !== null && column > open.indent) {
      takeLine(this.#lines, open, line);
      return line;
    }
    this.#close();
    this.#plain = -1;
    return this.#tables.read(this.#section, line, (draft) => this.push(draft, null));
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    const draft = open === null ? null : closeItem(this.#lines, this.#section, open);
    if (open !== null && draft !== null) this.push(draft, open.head);
  }

  #head(line: number, words: boolean): Head {
    const { text, body, end } = this.#lines;
    return readHead(text, body[line] ?? 0, end[line] ?? 0, { words, colon: false });
  }
}
