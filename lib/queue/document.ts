import type { Status } from '../core/status.ts';
import type { Span } from '../core/text-edit.ts';

/** How an entry is written. See docs/queue-format.md. */
export type EntryForm = 'heading' | 'checkbox' | 'table' | 'bullet' | 'pipe' | 'numbered';

/** What told an entry's status, strongest first. `default`: nothing did, so it is PENDING. */
export type StatusSource =
  | 'field'
  | 'cell'
  | 'bracket'
  | 'suffix'
  | 'checkbox'
  | 'inline'
  | 'section'
  | 'default';

/** A labelled value of an entry: `- **Depends on:** TASK-001`, or a table's cell. */
export interface Field {
  /** The label as written, without decoration: `Depends on`. */
  label: string;
  /** The value as written, trimmed; nested list items below the label follow, one a line. */
  value: string;
  /** 1-based line of the label. */
  line: number;
  /** The value's own text on the label's line (not the nested lines). */
  span: Span;
}

export interface QueueEntry {
  /** The ID as written, without decoration; null where the entry has none. */
  id: string | null;
  /**
   * A stable address for an entry, whether or not it has an id: `~` and eight characters of
   * base32, hashed from section path, form, normalised title and ordinal.
   */
  handle: string;
  title: string;
  /** The title's own bytes, decoration included. */
  titleSpan: Span;
  status: Status;
  /** The status as the file says it, without decoration; null where nothing says it. */
  rawStatus: string | null;
  statusSource: StatusSource;
  /** 0 is the most urgent; null where nothing says. */
  priority: number | null;
  form: EntryForm;
  /** 1-based lines, both inclusive, of the whole block (trailing blank lines not counted). */
  line: number;
  endLine: number;
  /** The whole block, from the start of its first line to the end of its last (with its line end). */
  span: Span;
  /** The bytes that say the status, and nothing else; null where the entry has no token of its own. */
  statusSpan: Span | null;
  /** Headings above the entry, outermost first, decoration removed. */
  section: string[];
  /** By normalised label (lower case, words joined by one space): `depends on`. First one wins. */
  fields: ReadonlyMap<string, Field>;
  /** True where a fence opened in the block is never closed, so the block's end is a guess. */
  unclosed: boolean;
}

type FindingLevel = 'info' | 'warning' | 'error';

/** Something a person should know about a queue. Codes are stable, documented in docs/queue-format.md. */
export interface Finding {
  level: FindingLevel;
  code: string;
  /** 1-based; null where it is about the file as a whole. */
  line: number | null;
  message: string;
}

/** Defaults that a queue's front matter sets. Absent means: the house's settings decide. */
export interface QueueDefaults {
  concurrency?: number;
  /** Milliseconds. */
  timeout?: number;
  attempts?: number;
  body?: string;
  paused?: boolean;
  /** `never`: no entry is ever given an id. */
  ids?: 'never' | 'claim';
}

export interface QueueDocument {
  text: string;
  entries: QueueEntry[];
  defaults: QueueDefaults;
  findings: Finding[];
  /** The file's own word for a status, where a legend in it lists them. */
  legend?: ReadonlyMap<Status, string>;
  /** Why nothing may be written to this file (NULs, invalid UTF-8, conflict markers, generated, retired…); null where it may. */
  readOnly: string | null;
  /** True where the text can't be trusted to be whole or parsed at all: NULs, invalid UTF-8, conflict markers. Nothing is read from it as a command. */
  unreadable: boolean;
}
