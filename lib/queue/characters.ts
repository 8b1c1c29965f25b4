/** Character tests for the line scan; all take a UTF-16 code unit (NaN past the end is no match). */

export const TAB = 9;
export const SPACE = 32;
export const HASH = 35;
export const LEFT_PAREN = 40;
export const RIGHT_PAREN = 41;
export const STAR = 42;
export const PLUS = 43;
export const DASH = 45;
export const DOT = 46;
export const COLON = 58;
export const GREATER = 62;
export const LEFT_BRACKET = 91;
export const BACKSLASH = 92;
export const RIGHT_BRACKET = 93;
export const UNDERSCORE = 95;
export const BACKTICK = 96;
export const PIPE = 124;
export const TILDE = 126;

export function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === 13 || code === 0xa0 || code === 0x3000;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/**
 * True for ASCII words with one space between them: nothing in them decorates or separates. Most
 * titles and labels are such, and to see it costs less than to compile a pattern for the first time.
 */
export function isPlainWords(text: string): boolean {
  let last = SPACE;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isLetter(code) && (code !== SPACE || last === SPACE)) return false;
    last = code;
  }
  return last !== SPACE;
}

/** First offset at or after `from` that is no white space, at most `end`. */
export function skipSpaces(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** `end` moved left over white space, at least `start`. */
export function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}
