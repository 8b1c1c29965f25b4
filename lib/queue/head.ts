import type { Status } from '../core/status.ts';
import { trimEnd } from './characters.ts';
import { readBack } from './head-back.ts';
import { readFront } from './head-front.ts';
import { NO_TAGS, readPlainHead } from './head-plain.ts';
import type { FoundId } from './ids.ts';
import { plainText } from './inline.ts';
import { readStruck } from './struck.ts';
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

/** Reads `start`–`end` of `text`: decoration, id, status, priority and tails off, the title left. */
export function readHead(text: string, start: number, end: number, options: HeadOptions): Head {
  const plain = readPlainHead(text, start, end, options);
  if (plain !== null) return plain;
  const head: Head = {
    id: null,
    title: '',
    titleStart: start,
    titleEnd: trimEnd(text, start, end),
    status: null,
    place: null,
    emojiOnly: false,
    priority: null,
    struck: null,
    tags: NO_TAGS,
  };
  const stop = head.titleEnd;
  head.titleStart = readFront(text, head, options);
  head.struck = readStruck(text, start, head.titleStart, stop);
  readBack(text, head, options);
  head.title = trimSeparators(plainText(text.slice(head.titleStart, head.titleEnd)));
  if (head.title === '' && head.id !== null) head.title = plainText(head.id.id);
  return head;
}

/** Without the `:`, `—` and the like that a tail left behind. */
function trimSeparators(title: string): string {
  let end = title.length;
  while (end > 0 && ' :;,|–—-'.includes(title.charAt(end - 1))) end--;
  return end === title.length ? title : title.slice(0, end);
}
