import { BACKTICK, isSpace } from './characters.ts';

/** A character that decoration or a link can start with, or that needs tidying. */
const SPECIAL = /[*_`~[\]<\\%\u200b]|\ufe0f|\s\s/;

// Patterns cost as soon as a function that holds them is compiled, asked or not: here and elsewhere in
// this room they stand in functions of their own, behind what tells that they are needed.

/** The text that a person reads: no emphasis, code marks, links' addresses, comments; one space. */
export function plainText(source: string): string {
  const text = source.trim();
  return SPECIAL.test(text) ? undecorated(text) : text;
}

function undecorated(text: string): string {
  return text
    .replace(/<!--.*?(?:-->|$)/g, ' ')
    .replace(/%%.*?%%/g, ' ')
    .replace(/!?\[\[(?:[^\][|]*\|)?([^\][|]*)\]\]/g, '$1')
    .replace(/!?\[([^\][]{0,500})\]\([^()\s]{0,2000}(?:\s+"[^"]*")?\)/g, '$1')
    .replace(
      /<\/?(?:br|b|i|em|strong|s|del|u|kbd|code|sub|sup|span|details|summary|a)\b[^<>]{0,200}>/gi,
      ' ',
    )
    .replace(/\*\*|~~|`+|\u200b/g, '')
    .replace(/(^|[^\w*])\*(?=[\p{L}\p{N}"'([])|([\p{L}\p{N}.,!?)\]"'])\*(?=[^\w*]|$)/gu, '$1$2')
    .replace(/(^|[\s([])_{1,3}(?=\S)|(\S)_{1,3}(?=[\s.,:;!?)\]]|$)/g, '$1$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** `start`–`end` of what a code span at `at` holds, or null where none starts there. */
export function codeSpan(
  text: string,
  at: number,
  end: number,
): { start: number; end: number; after: number } | null {
  if (text.charCodeAt(at) !== BACKTICK) return null;
  let open = at;
  while (open < end && text.charCodeAt(open) === BACKTICK) open++;
  const length = open - at;
  for (let i = open; i < end; ) {
    if (text.charCodeAt(i) !== BACKTICK) {
      i++;
      continue;
    }
    let stop = i;
    while (stop < end && text.charCodeAt(stop) === BACKTICK) stop++;
    if (stop - i === length) return inner(text, open, i, stop);
    i = stop;
  }
  return null;
}

function inner(text: string, start: number, end: number, after: number) {
  const padded =
    end - start > 2 && isSpace(text.charCodeAt(start)) && isSpace(text.charCodeAt(end - 1));
  return padded ? { start: start + 1, end: end - 1, after } : { start, end, after };
}
