import type { Status } from '../core/status.ts';
import type { FoundId } from './ids.ts';
import type { StatusToken } from './words.ts';

/** Where an entry's own line says its status. */
export type StatusPlace = 'bracket' | 'suffix';

/** What an entry's own line says, once its marker and box are off. */
export interface Head {
  id: FoundId | null;
  title: string;
  /** The title's own bytes, decoration inside included. */
  titleStart: number;
  titleEnd: number;
  status: StatusToken | null;
  place: StatusPlace | null;
  /** True where an emoji alone says the status. */
  emojiOnly: boolean;
  priority: number | null;
  /** What a title that is struck through means; null where it isn't, or goes on with other words. */
  struck: Status | null;
  /** Values that the line carries after its title: `(priority: 2)`, `blocked-by: x`, `🆔 x`. */
  tags: readonly Tag[];
}

export interface Tag {
  label: string;
  start: number;
  end: number;
}

/** What may be a status on the line: prose is less trusted in a checkbox than in a heading. */
export interface HeadOptions {
  /** A bare leading word in capitals: `DONE: …`. */
  words: boolean;
  /** A trailing word in capitals after a colon: `…: COMPLETE`. */
  colon: boolean;
}

/** Shared by all that have none; a line's own list is made with its first tag. */
const NO_TAGS: Head['tags'] = [];

/** One that says nothing but its id and title. */
export const plainHead = (
  id: FoundId | null,
  title: string,
  titleStart: number,
  titleEnd: number,
): Head => ({
  id,
  title,
  titleStart,
  titleEnd,
  status: null,
  place: null,
  emojiOnly: false,
  priority: null,
  struck: null,
  tags: NO_TAGS,
});
