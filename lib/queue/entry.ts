import type { Status } from '../core/status.ts';
import type { Span } from '../core/text-edit.ts';
import type { EntryForm, Field, QueueEntry, StatusSource } from './document.ts';
import type { Draft } from './draft.ts';
import { handleOf } from './handle.ts';
import type { Lines } from './lines.ts';
import { hashOf, pathOf, type Section } from './section.ts';

/** A finished entry. Its handle is made when asked for: one with an id is hardly ever asked. */
export class Entry implements QueueEntry {
  id: string | null;
  title: string;
  titleSpan: Span;
  status: Status;
  rawStatus: string | null;
  statusSource: StatusSource;
  priority: number | null;
  form: EntryForm;
  line: number;
  endLine: number;
  span: Span;
  statusSpan: Span | null;
  section: string[];
  fields: ReadonlyMap<string, Field>;
  unclosed: boolean;
  readonly #handles: Handles;

  constructor(lines: Lines, draft: Draft, unclosed: boolean, handles: Handles) {
    const { told, first, last } = draft;
    this.id = draft.id;
    this.title = draft.title;
    this.titleSpan = draft.titleSpan;
    this.status = told.status;
    this.rawStatus = told.raw;
    this.statusSource = told.source;
    this.priority = draft.priority;
    this.form = draft.form;
    this.line = first + 1;
    this.endLine = last + 1;
    this.span = {
      start: lines.start[first] ?? 0,
      end: lines.start[last + 1] ?? lines.text.length,
    };
    this.statusSpan = told.span;
    this.section = pathOf(lines.text, homeOf(draft));
    this.fields = draft.fields;
    this.unclosed = unclosed;
    this.#handles = handles;
  }

  get handle(): string {
    return this.#handles.of(this);
  }
}

/** The handles of a document's entries: all are made at once, since equals are told apart by their order. */
export class Handles {
  readonly #text: string;
  readonly #drafts: readonly Draft[];
  #made: Map<QueueEntry, string> | null = null;
  /** In the order of the drafts. */
  readonly entries: QueueEntry[] = [];

  constructor(text: string, drafts: readonly Draft[]) {
    this.#text = text;
    this.#drafts = drafts;
  }

  of(entry: QueueEntry): string {
    this.#made ??= this.#make();
    return this.#made.get(entry) ?? '';
  }

  #make(): Map<QueueEntry, string> {
    const made = new Map<QueueEntry, string>();
    const ordinals = new Map<string, number>();
    for (const [i, draft] of this.#drafts.entries()) {
      const hash = hashOf(this.#text, homeOf(draft));
      const handle = handleOf(hash, draft.form, draft.title, 0);
      const ordinal = ordinals.get(handle) ?? 0;
      ordinals.set(handle, ordinal + 1);
      const own = ordinal === 0 ? handle : handleOf(hash, draft.form, draft.title, ordinal);
      made.set(this.entries[i] as QueueEntry, own);
    }
    return made;
  }
}

/** The section an entry stands in; a heading's own is no part of its path. */
function homeOf({ form, section }: Draft): Section {
  return form === 'heading' && section.above !== null ? section.above : section;
}
