import { BACKTICK, trimEnd } from './characters.ts';
import { closersAhead, fenceLines, maskFence, maskRange } from './fences.ts';
import { LINE, type Lines } from './lines.ts';
import { readUnderlines } from './underline.ts';

const PERCENT = 37;

/** Front matter longer than this is no front matter. */
const FRONT_MATTER_LINES = 2000;

/**
 * Marks as masked what is no task's text: front matter, fenced code, HTML comments, Obsidian's
 * `%%…%%`. Fences pair as CommonMark says; one inside a list item also ends with the item. What is
 * left can be told to be an underlined heading.
 */
export function maskLines(lines: Lines): void {
  const fences = fenceLines(lines);
  const reach = closersAhead(fences);
  const comments = new CommentFinder(lines.text);
  let next = 0;
  for (let line = maskFrontMatter(lines); line < lines.count; line++) {
    while (next < fences.length && (fences[next]?.line ?? 0) < line) next++;
    if (lines.kind[line] === LINE.blank) continue;
    if (fences[next]?.line === line) line = maskFence(lines, fences, reach, next);
    else if (isPercent(lines, line)) line = maskPercent(lines, line);
    else line = maskComments(lines, line, comments);
  }
  readUnderlines(lines);
}

/** Masks front matter, if any, and returns the first line after it. */
function maskFrontMatter(lines: Lines): number {
  return lines.count < 2 || !isDashes(lines, 0) ? 0 : maskKeys(lines);
}

function maskKeys(lines: Lines): number {
  const limit = Math.min(lines.count, FRONT_MATTER_LINES);
  let keyed = false;
  for (let line = 1; line < limit; line++) {
    if (isDashes(lines, line) || (lines.text.startsWith('...', lines.start[line]) && keyed)) {
      if (!keyed) return 0;
      for (let i = 0; i <= line; i++) lines.kind[i] = LINE.masked;
      lines.bodyLine = line + 1;
      return line + 1;
    }
    if (keyed || lines.kind[line] === LINE.blank) continue;
    const content = lines.text.slice(
      lines.start[line],
      Math.min(lines.end[line] ?? 0, (lines.start[line] ?? 0) + 80),
    );
    if (/^["']?[\w.-]+["']?\s*:(?:\s|$)/.test(content)) keyed = true;
    else if (!content.startsWith('#') || content.startsWith('##')) return 0;
  }
  return 0;
}

function isDashes(lines: Lines, line: number): boolean {
  const body = lines.body[line] ?? 0;
  return (
    lines.indent[line] === 0 &&
    lines.text.startsWith('---', body) &&
    trimEnd(lines.text, body, lines.end[line] ?? 0) === body + 3
  );
}

function isPercent(lines: Lines, line: number): boolean {
  const body = lines.body[line] ?? 0;
  return lines.text.charCodeAt(body) === PERCENT && lines.text.charCodeAt(body + 1) === PERCENT;
}

function maskPercent(lines: Lines, line: number): number {
  const body = lines.body[line] ?? 0;
  const end = lines.end[line] ?? 0;
  const close = lines.text.indexOf('%%', body + 2);
  if (close === -1) return line;
  lines.kind[line] = LINE.masked;
  if (close < end) return line;
  let last = line + 1;
  while (last < lines.count - 1 && (lines.end[last] ?? 0) < close) last++;
  maskRange(lines, line, last);
  return last;
}

/** Where the next `<!--` and `-->` are; each text position is searched once. */
class CommentFinder {
  readonly text: string;
  #open = -2;
  #noClose = false;
  constructor(text: string) {
    this.text = text;
  }

  open(from: number): number {
    if (this.#open !== -1 && this.#open < from) this.#open = this.text.indexOf('<!--', from);
    return this.#open;
  }

  /** Once nothing closes, nothing further down does. */
  close(from: number): number {
    if (this.#noClose) return -1;
    const at = this.text.indexOf('-->', from);
    this.#noClose = at === -1;
    return at;
  }
}

function maskComments(lines: Lines, line: number, comments: CommentFinder): number {
  const end = lines.end[line] ?? 0;
  let open = comments.open(lines.start[line] ?? 0);
  while (open !== -1 && open < end) {
    const close = comments.close(open + 4);
    const leads = open <= (lines.body[line] ?? 0);
    if (close !== -1 && close < end) {
      if (leads && trimEnd(lines.text, close + 3, end) === close + 3)
        lines.kind[line] = LINE.masked;
      open = comments.open(close + 3);
      continue;
    }
    if (!leads && inCode(lines.text, lines.start[line] ?? 0, open)) {
      open = comments.open(open + 4);
      continue;
    }
    if (close === -1) {
      if (leads) lines.unclosed.push({ line, what: 'comment', toEnd: true });
      return line;
    }
    return maskBlockComment(lines, line, close, leads);
  }
  return line;
}

/** A comment over several lines; one that starts within a line must end before a blank one. */
function maskBlockComment(lines: Lines, line: number, close: number, leads: boolean): number {
  let last = line + 1;
  while (last < lines.count - 1 && (lines.end[last] ?? 0) < close) {
    if (!leads && lines.kind[last] === LINE.blank) return line;
    last++;
  }
  if (leads) lines.kind[line] = LINE.masked;
  for (let i = line + 1; i <= last; i++) lines.kind[i] = LINE.masked;
  return last;
}

function inCode(text: string, from: number, at: number): boolean {
  let ticks = 0;
  for (let i = from; i < at; i++) if (text.charCodeAt(i) === BACKTICK) ticks++;
  return ticks % 2 === 1;
}
