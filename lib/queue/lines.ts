import {
  DASH,
  DOT,
  GREATER,
  HASH,
  isDigit,
  isSpace,
  LEFT_BRACKET,
  PIPE,
  PLUS,
  RIGHT_BRACKET,
  RIGHT_PAREN,
  SPACE,
  STAR,
  TAB,
  trimEnd,
  UNDERSCORE,
} from './characters.ts';

/** What a line is by its first characters. */
export const LINE = {
  blank: 0,
  text: 1,
  heading: 2,
  item: 3,
  table: 4,
  rule: 5,
  /** In a fence, a comment or the front matter: nothing in it counts. */
  masked: 6,
  quote: 7,
} as const;

/**
 * The lines of a text as parallel arrays: an object a line would cost more than the whole scan.
 * All offsets are UTF-16 offsets into the text.
 */
export interface Lines {
  text: string;
  count: number;
  /** Start of the line. */
  start: Int32Array;
  /** End of its content: before the line end, before a CR. */
  end: Int32Array;
  /** One of `LINE`. */
  kind: Uint8Array;
  /** Column of the first character that is no white space, tabs to multiples of four. */
  indent: Int32Array;
  /** Offset of what the line says: after `###`, `- `, `- [ ] `, `> `. */
  body: Int32Array;
  /** heading: 1–6. item: 0 bullet, 1 numbered. Else 0. */
  level: Uint8Array;
  /** Offset just after the `[` of a checkbox, else -1. */
  box: Int32Array;
  /** Length of what stands between the brackets. */
  boxLength: Uint8Array;
  /** Fences and comments that are never closed, or look so. */
  unclosed: Unclosed[];
  /** 0-based line where the body starts, after the front matter. */
  bodyLine: number;
}

/** A fence or comment without an end. */
interface Unclosed {
  /** 0-based. */
  line: number;
  what: 'fence' | 'comment';
  /** True where nothing shows its end, so that everything below is in doubt. */
  toEnd: boolean;
}

/** One pass over `text`: every character is looked at a bounded number of times. */
export function scanLines(text: string): Lines {
  const from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const count = countLines(text, from);
  const lines: Lines = {
    text,
    count,
    start: new Int32Array(count),
    end: new Int32Array(count),
    kind: new Uint8Array(count),
    indent: new Int32Array(count),
    body: new Int32Array(count),
    level: new Uint8Array(count),
    box: new Int32Array(count).fill(-1),
    boxLength: new Uint8Array(count),
    unclosed: [],
    bodyLine: 0,
  };
  let at = from;
  for (let line = 0; line < count; line++) {
    const stop = text.indexOf('\n', at);
    const next = stop === -1 ? text.length : stop;
    const end = next > at && text.charCodeAt(next - 1) === 13 ? next - 1 : next;
    lines.start[line] = line === 0 ? 0 : at;
    lines.end[line] = end;
    readLine(lines, line, at, end);
    at = next + 1;
  }
  return lines;
}

/** A text that ends with a line feed has no line after it. */
function countLines(text: string, from: number): number {
  let count = 0;
  for (let at = from; at < text.length; count++) {
    const stop = text.indexOf('\n', at);
    if (stop === -1) return count + 1;
    at = stop + 1;
  }
  return count;
}

function readLine(lines: Lines, index: number, from: number, end: number): void {
  const { text } = lines;
  let at = from;
  let column = 0;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === SPACE) column++;
    else if (code === TAB) column += 4 - (column % 4);
    else if (code === 0xa0 || code === 0x3000 || code === 13) column++;
    else break;
  }
  lines.indent[index] = column;
  lines.body[index] = at;
  lines.kind[index] = LINE.text;
  classify(lines, index, at, end);
}

function classify(lines: Lines, index: number, at: number, end: number): void {
  const { text } = lines;
  if (at >= end) {
    lines.kind[index] = LINE.blank;
    return;
  }
  const code = text.charCodeAt(at);
  switch (code) {
    case HASH:
      heading(lines, index, at, end);
      return;
    case DASH:
    case STAR:
    case PLUS:
    case UNDERSCORE:
    case 0x2022: {
      const next = text.charCodeAt(at + 1);
      if (code !== PLUS && code !== 0x2022 && isRule(text, at, end)) lines.kind[index] = LINE.rule;
      else if (code !== UNDERSCORE && (at + 1 === end || isSpace(next)))
        item(lines, index, at + 1, end, 0);
      else if (next === LEFT_BRACKET && code !== UNDERSCORE) tightBox(lines, index, at + 1, end);
      return;
    }
    case LEFT_BRACKET:
      bareBox(lines, index, at, end);
      return;
    case PIPE:
      lines.kind[index] = LINE.table;
      return;
    case GREATER:
      lines.kind[index] = LINE.quote;
      lines.body[index] = skip(text, at + 1, end);
      return;
    case 0x2610: // ☐
    case 0x2611: // ☑
    case 0x2612: // ☒
      if (isSpace(text.charCodeAt(at + 1))) glyphBox(lines, index, at, end);
      return;
    default:
      if (isDigit(code)) numbered(lines, index, at, end);
  }
}

function heading(lines: Lines, index: number, at: number, end: number): void {
  const { text } = lines;
  let stop = at;
  while (stop < end && text.charCodeAt(stop) === HASH) stop++;
  const level = stop - at;
  if (
    level > 6 ||
    (lines.indent[index] ?? 0) > 3 ||
    (stop < end && !isSpace(text.charCodeAt(stop)))
  )
    return;
  lines.kind[index] = LINE.heading;
  lines.level[index] = level;
  lines.body[index] = skip(text, stop, end);
}

function numbered(lines: Lines, index: number, at: number, end: number): void {
  const { text } = lines;
  let stop = at;
  while (stop < end && stop - at < 9 && isDigit(text.charCodeAt(stop))) stop++;
  const code = text.charCodeAt(stop);
  if ((code !== DOT && code !== RIGHT_PAREN) || stop >= end) return;
  if (stop + 1 < end && !isSpace(text.charCodeAt(stop + 1))) return;
  item(lines, index, stop + 1, end, 1);
}

function item(lines: Lines, index: number, after: number, end: number, ordered: number): void {
  const { text } = lines;
  const at = skip(text, after, end);
  lines.kind[index] = LINE.item;
  lines.level[index] = ordered;
  lines.body[index] = at;
  if (text.charCodeAt(at) === LEFT_BRACKET) takeBox(lines, index, at, end);
  else if (isGlyphBox(text.charCodeAt(at)) && isSpace(text.charCodeAt(at + 1)))
    glyphBox(lines, index, at, end);
}

function bareBox(lines: Lines, index: number, at: number, end: number): void {
  if (takeBox(lines, index, at, end) && (lines.body[index] ?? 0) < end)
    lines.kind[index] = LINE.item;
  else if (lines.kind[index] === LINE.text) {
    lines.box[index] = -1;
    lines.boxLength[index] = 0;
    lines.body[index] = at;
  }
}

/** `-[ ] title`: no list to Markdown, but meant as one; `*[x] words*` is emphasis. */
function tightBox(lines: Lines, index: number, at: number, end: number): void {
  const { text } = lines;
  if (text.charCodeAt(at - 1) === STAR && text.charCodeAt(trimEnd(text, at, end) - 1) === STAR)
    return;
  if (' xX'.includes(text.charAt(at + 1))) bareBox(lines, index, at, end);
  if (lines.kind[index] === LINE.text) lines.body[index] = at - 1;
}

/** `[ ]`, `[x]`, `[~]`, `[]`, `[✅]`; not a link, not a word. */
function takeBox(lines: Lines, index: number, at: number, end: number): boolean {
  const { text } = lines;
  let close = at + 1;
  while (close < end && close - at <= 4 && text.charCodeAt(close) !== RIGHT_BRACKET) close++;
  if (close >= end || text.charCodeAt(close) !== RIGHT_BRACKET) return false;
  if (close + 1 < end && !isSpace(text.charCodeAt(close + 1))) return false;
  if (!isMark(text, at + 1, close)) return false;
  lines.box[index] = at + 1;
  lines.boxLength[index] = close - at - 1;
  lines.body[index] = skip(text, close + 1, end);
  return true;
}

/** One character (an emoji counts as one), perhaps in spaces; letters and digits only where they are known marks. */
function isMark(text: string, from: number, to: number): boolean {
  const start = skip(text, from, to);
  const stop = trimEnd(text, start, to);
  if (stop - start <= 1) return true;
  return text.charCodeAt(start) > 0x2000 && stop - start <= 3;
}

function glyphBox(lines: Lines, index: number, at: number, end: number): void {
  lines.kind[index] = LINE.item;
  lines.box[index] = at;
  lines.boxLength[index] = 1;
  lines.body[index] = skip(lines.text, at + 1, end);
}

/** ☐ ☑ ☒ ⬜: boxes without brackets. */
export function isGlyphBox(code: number): boolean {
  return code === 0x2610 || code === 0x2611 || code === 0x2612 || code === 0x2b1c;
}

function isRule(text: string, at: number, end: number): boolean {
  const mark = text.charCodeAt(at);
  let marks = 0;
  for (let i = at; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === mark) marks++;
    else if (!isSpace(code)) return false;
  }
  return marks >= 3;
}

function skip(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}
