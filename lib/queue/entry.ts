import type { Status } from '../core/status.ts';
import type { Span } from '../core/text-edit.ts';
import type { EntryForm, Field, QueueEntry, StatusSource } from './document.ts';
import type { Draft } from './draft.ts';
import type { BlockFields } from './fields-scan.ts';
import { handleOf } from './handle.ts';
import type { Lines } from './lines.ts';
import { hashOf, pathOf, type Section } from './section.ts';

/** A finished entry. Its fields and handle are made when asked for: most are hardly ever asked. */
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
  unclosed: boolean;
  readonly #fields: BlockFields;
  readonly #home: Section;
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
    this.#home = homeOf(draft);
    this.section = pathOf(lines.text, this.#home);
    this.#fields = draft.fields;
    this.unclosed = unclosed;
    this.#handles = handles;
  }

  get fields(): ReadonlyMap<string, Field> {
    return this.#fields.map;
  }

  get handle(): string {
    return this.#handles.of(this);
  }

  /** The handle of the `ordinal`th entry that would else have the same. */
  handleAs(text: string, ordinal: number): string {
    return handleOf(hashOf(text, this.#home), this.form, this.title, ordinal);
  }
}

/** The handles of a document's entries: all are made at once, since equals are told apart by their order. */
export class Handles {
  readonly #text: string;
  #made: Map<Entry, string> | null = null;
  /** In file order. */
  readonly entries: Entry[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  of(entry: Entry): string {
    this.#made ??= this.#make();
    return this.#made.get(entry) ?? '';
  }

  #make(): Map<Entry, string> {
    const made = new Map<Entry, string>();
    const ordinals = new Map<string, number>();
    for (const entry of this.entries) {
      const handle = entry.handleAs(this.#text, 0);
      const ordinal = ordinals.get(handle) ?? 0;
      ordinals.set(handle, ordinal + 1);
      made.set(entry, ordinal === 0 ? handle : entry.handleAs(this.#text, ordinal));
    }
    return made;
  }
}

/** The section an entry stands in; a heading's own is no part of its path. */
function homeOf({ form, section }: Draft): Section {
  return form === 'heading' && section.above !== null ? section.above : section;
}
