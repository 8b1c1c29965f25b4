import { trimEnd } from './characters.ts';
import { type Head, type HeadOptions, plainHead } from './head.ts';
import { readBack } from './head-back.ts';
import { readFront } from './head-front.ts';
import { readPlainHead } from './head-plain.ts';
import { plainText } from './inline.ts';
import { readStruck } from './struck.ts';

/** Reads `start`–`end` of `text`: decoration, id, status, priority and tails off, the title left. */
export function readHead(text: string, start: number, end: number, options: HeadOptions): Head {
  const plain = readPlainHead(text, start, end, options);
  if (plain !== null) return plain;
  const head = plainHead(null, '', start, trimEnd(text, start, end));
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
