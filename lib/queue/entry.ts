import type { Status } from '../core/status.ts';
import type { Span } from '../core/text-edit.ts';
import type { EntryForm, Field, QueueEntry, StatusSource } from './document.ts';
import type { Draft } from './draft.ts';
import type { BlockFields } from './fields-scan.ts';
import { handleOf } from './handle.ts';
import type { IdStrength } from './ids.ts';
import type { Lines } from './lines.ts';
import { hashOf, pathOf, type Section } from './section.ts';

/**
 * What was read of an entry, with offsets and lines as they were then. It is the same block in every
 * later reading in which nothing of it changed, wherever it stands there.
 */
export interface Block {
  /** Id and title are settled, with `unclosed`, when all blocks are known. */
  id: string | null;
  readonly idStrength: IdStrength | null;
  title: string;
  readonly titleStart: number;
  readonly titleEnd: number;
  readonly status: Status;
  readonly rawStatus: string | null;
  readonly statusSource: StatusSource;
  /** -1 where the entry has no token of its own. */
  readonly statusStart: number;
  readonly statusEnd: number;
  /** What else the entry says about its status, weaker than that; for findings. */
  readonly other: Status | null;
  readonly priority: number | null;
  readonly form: EntryForm;
  /** 0-based lines, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
  unclosed: boolean;
  /** Kept once made: see `keys.ts`. */
  textHash: string | null;
  readonly fields: BlockFields;
  /** The section it stands in; a heading's own is no part of its path. */
  readonly home: Section;
}

export function makeBlock(lines: Lines, draft: Draft): Block {
  const { told, first, last, section } = draft;
  const home = draft.form === 'heading' && section.above !== null ? section.above : section;
  // While the text is at hand: later readings have another one.
  pathOf(lines.text, home);
  return {
    id: draft.id,
    idStrength: draft.idStrength,
    title: draft.title,
    titleStart: draft.titleSpan.start,
    titleEnd: draft.titleSpan.end,
    status: told.status,
    rawStatus: told.raw,
    statusSource: told.source,
    statusStart: told.span?.start ?? -1,
    statusEnd: told.span?.end ?? -1,
    other: draft.other,
    priority: draft.priority,
    form: draft.form,
    first,
    last,
    start: lines.start[first] ?? 0,
    end: lines.start[last + 1] ?? lines.text.length,
    unclosed: false,
    textHash: null,
    fields: draft.fields,
    home,
  };
}

/** A block where it stands in one reading. What is hardly ever asked for is made when somebody asks. */
export class Entry implements QueueEntry {
  readonly block: Block;
  /** How far down it stands from where its block was read. */
  readonly shift: number;
  readonly #lines: number;
  readonly #list: EntryList;
  #fields: ReadonlyMap<string, Field> | null = null;

  constructor(list: EntryList, block: Block, shift: number, lines: number) {
    this.#list = list;
    this.block = block;
    this.shift = shift;
    this.#lines = lines;
  }

  get id(): string | null {
    return this.block.id;
  }

  get title(): string {
    return this.block.title;
  }

  get titleSpan(): Span {
    const { titleStart, titleEnd } = this.block;
    return { start: titleStart + this.shift, end: titleEnd + this.shift };
  }

  get status(): Status {
    return this.block.status;
  }

  get rawStatus(): string | null {
    return this.block.rawStatus;
  }

  get statusSource(): StatusSource {
    return this.block.statusSource;
  }

  get priority(): number | null {
    return this.block.priority;
  }

  get form(): EntryForm {
    return this.block.form;
  }

  get line(): number {
    return this.block.first + this.#lines + 1;
  }

  get endLine(): number {
    return this.block.last + this.#lines + 1;
  }

  get start(): number {
    return this.block.start + this.shift;
  }

  get span(): Span {
    return { start: this.start, end: this.block.end + this.shift };
  }

  get statusSpan(): Span | null {
    const { statusStart, statusEnd } = this.block;
    if (statusStart === -1) return null;
    return { start: statusStart + this.shift, end: statusEnd + this.shift };
  }

  get section(): string[] {
    return pathOf(this.#list.text, this.block.home);
  }

  get unclosed(): boolean {
    return this.block.unclosed;
  }

  get fields(): ReadonlyMap<string, Field> {
    this.#fields ??= this.block.fields.read(this.#list.text, this.shift, this.#lines);
    return this.#fields;
  }

  get handle(): string {
    return this.#list.handleOf(this);
  }

  /** The handle of the `ordinal`th entry that would else have the same. */
  handleAs(text: string, ordinal: number): string {
    const { home, form, title } = this.block;
    return handleOf(hashOf(text, home), form, title, ordinal);
  }

  /** The same block in another reading, `shift` characters and `lines` lines further down than in this one. */
  movedTo(list: EntryList, shift: number, lines: number): Entry {
    return new Entry(list, this.block, this.shift + shift, this.#lines + lines);
  }
}

/** True where neither was read anew since the other. */
export function isSameBlock(one: QueueEntry, other: QueueEntry): boolean {
  return one instanceof Entry && other instanceof Entry && one.block === other.block;
}

/** A document's entries in file order. Their handles are all made at once, since equals are told apart by their order. */
export class EntryList {
  readonly text: string;
  readonly entries: Entry[] = [];
  #handles: Map<Entry, string> | null = null;

  constructor(text: string) {
    this.text = text;
  }

  handleOf(entry: Entry): string {
    this.#handles ??= this.#makeHandles();
    return this.#handles.get(entry) ?? '';
  }

  #makeHandles(): Map<Entry, string> {
    const made = new Map<Entry, string>();
    const ordinals = new Map<string, number>();
    for (const entry of this.entries) {
      const handle = entry.handleAs(this.text, 0);
      const ordinal = ordinals.get(handle) ?? 0;
      ordinals.set(handle, ordinal + 1);
      made.set(entry, ordinal === 0 ? handle : entry.handleAs(this.text, ordinal));
    }
    return made;
  }
}
