import {
  BACKTICK,
  isSpace,
  LEFT_BRACKET,
  LEFT_PAREN,
  RIGHT_BRACKET,
  RIGHT_PAREN,
  STAR,
  skipSpaces,
  TILDE,
  UNDERSCORE,
} from './characters.ts';

export function afterSeparator(text: string, from: number, end: number): number {
  let at = from;
  for (;;) {
    at = skipSpaces(text, at, end);
    if (at >= end) return end;
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (
      code === STAR ||
      code === BACKTICK ||
      code === TILDE ||
      (code === UNDERSCORE && !/\w/.test(text.charAt(at + 1)))
    ) {
      // Decoration that closes here; one that opens belongs to what follows.
      if (at > from && isSpace(text.charCodeAt(at - 1)) && !isSpace(next)) return at;
      at++;
    } else if (
      code === 58 ||
      code === 0xff1a ||
      code === 0x2014 ||
      code === 0x2013 ||
      code === 124 ||
      code === 0xb7 ||
      code === 0x2192
    )
      at++;
    else if (
      (code === 46 || code === RIGHT_PAREN || code === 45) &&
      (isSpace(next) || at + 1 >= end || next === STAR)
    )
      at++;
    else if (code === 45 && next === 45) at += 2;
    else return at;
  }
}

export function runOf(text: string, at: number, end: number): number {
  let stop = at;
  while (stop < end && text.charCodeAt(stop) === text.charCodeAt(at)) stop++;
  // `***~~` and the like: go on to the next kind of mark.
  while (stop < end && /[*~`]/.test(text.charAt(stop))) stop++;
  return stop - at;
}

export function closing(text: string, at: number, end: number): number {
  const close = text.charCodeAt(at) === LEFT_BRACKET ? RIGHT_BRACKET : RIGHT_PAREN;
  const limit = Math.min(end, at + 300);
  for (let i = at + 1; i < limit; i++) if (text.charCodeAt(i) === close) return i;
  return -1;
}

export function opening(text: string, start: number, at: number): number {
  const close = text.charCodeAt(at);
  const open = close === RIGHT_BRACKET ? LEFT_BRACKET : LEFT_PAREN;
  const limit = Math.max(start, at - 300);
  let depth = 0;
  for (let i = at; i >= limit; i--) {
    const code = text.charCodeAt(i);
    if (code === close) depth++;
    else if (code === open && --depth === 0) return i;
  }
  return -1;
}

export function skipDecoration(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isSpace(text.charCodeAt(at)) || isMark(text.charCodeAt(at)))) at++;
  return at;
}

export function trimDecoration(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && (isSpace(text.charCodeAt(at - 1)) || isMark(text.charCodeAt(at - 1)))) at--;
  return at;
}

/** `*`, `_`, `~` or a backtick. */
export function isMark(code: number): boolean {
  return code === STAR || code === UNDERSCORE || code === TILDE || code === BACKTICK;
}
