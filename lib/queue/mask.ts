import { BACKTICK, TILDE, trimEnd } from './characters.ts';
import { LINE, type Lines } from './lines.ts';

/** Front matter longer than this is no front matter. */
const FRONT_MATTER_LINES = 2000;

interface FenceLine {
  line: number;
  /** Character code of the fence. */
  mark: number;
  length: number;
  /** An info string follows, so it can only open. */
  info: boolean;
}

/**
 * Marks as masked what is no task's text: front matter, fenced code, HTML comments, Obsidian's
 * `%%…%%`. Fences pair as CommonMark says; one inside a list item also ends with the item.
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
}

/** Masks front matter, if any, and returns the first line after it. */
function maskFrontMatter(lines: Lines): number {
  if (lines.count < 2 || !isDashes(lines, 0)) return 0;
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
    const content = lines.text.slice(lines.start[line], Math.min(lines.end[line] ?? 0, (lines.start[line] ?? 0) + 80));
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

function fenceLines(lines: Lines): FenceLine[] {
  const found: FenceLine[] = [];
  const { text } = lines;
  for (let line = 0; line < lines.count; line++) {
    const body = lines.body[line] ?? 0;
    const mark = text.charCodeAt(body);
    if (mark !== BACKTICK && mark !== TILDE) continue;
    const end = lines.end[line] ?? 0;
    let stop = body;
    while (stop < end && text.charCodeAt(stop) === mark) stop++;
    if (stop - body < 3) continue;
    const info = trimEnd(text, stop, end) > stop;
    if (info && mark === BACKTICK && hasBacktick(text, stop, end)) continue;
    found.push({ line, mark, length: stop - body, info });
  }
  return found;
}

/** For each fence line the longest closer of either character from there on. */
function closersAhead(fences: FenceLine[]): { backtick: number[]; tilde: number[] } {
  const backtick: number[] = new Array(fences.length + 1).fill(0);
  const tilde: number[] = new Array(fences.length + 1).fill(0);
  for (let i = fences.length - 1; i >= 0; i--) {
    const fence = fences[i] as FenceLine;
    const closer = fence.info ? 0 : fence.length;
    backtick[i] = Math.max(backtick[i + 1] ?? 0, fence.mark === BACKTICK ? closer : 0);
    tilde[i] = Math.max(tilde[i + 1] ?? 0, fence.mark === TILDE ? closer : 0);
  }
  return { backtick, tilde };
}

/** Masks the fence that opens at `fences[index]`; returns the last line it covers. */
function maskFence(
  lines: Lines,
  fences: FenceLine[],
  reach: { backtick: number[]; tilde: number[] },
  index: number,
): number {
  const open = fences[index] as FenceLine;
  const inItem = (lines.indent[open.line] ?? 0) > 1 || lines.kind[open.line] === LINE.item;
  const ahead = (open.mark === BACKTICK ? reach.backtick : reach.tilde)[index + 1] ?? 0;
  if (ahead < open.length) return maskUnclosed(lines, open, inItem);
  for (let i = index + 1; i < fences.length; i++) {
    const fence = fences[i] as FenceLine;
    if (fence.mark !== open.mark || fence.length < open.length) continue;
    if (!fence.info) {
      maskRange(lines, open.line, fence.line);
      return fence.line;
    }
    // Another fence opens before this one closed: in a list item that ended, this one ended with it.
    if (inItem && leavesItem(lines, open.line, fence.line)) return maskUnclosed(lines, open, true);
    if (!/^`{3,}\s*(?:md|markdown|text|txt)\b/i.test(lines.text.slice(lines.body[open.line], (lines.body[open.line] ?? 0) + 20))) {
      lines.unclosed.push({ line: open.line, what: 'fence', toEnd: false });
    }
    maskToCloser(lines, fences, open, i);
    return lastMasked(lines, open.line);
  }
  return open.line;
}

function maskToCloser(lines: Lines, fences: FenceLine[], open: FenceLine, from: number): void {
  for (let i = from; i < fences.length; i++) {
    const fence = fences[i] as FenceLine;
    if (fence.mark === open.mark && fence.length >= open.length && !fence.info) {
      maskRange(lines, open.line, fence.line);
      return;
    }
  }
}

function lastMasked(lines: Lines, from: number): number {
  let line = from + 1;
  while (line < lines.count && lines.kind[line] === LINE.masked) line++;
  return line - 1;
}

/** A fence that nothing closes: it ends with its list item, or puts all that follows in doubt. */
function maskUnclosed(lines: Lines, open: FenceLine, inItem: boolean): number {
  lines.unclosed.push({ line: open.line, what: 'fence', toEnd: !inItem });
  if (!inItem) {
    lines.kind[open.line] = LINE.masked;
    return open.line;
  }
  const inner = innerIndent(lines, open.line);
  let line = open.line + 1;
  while (line < lines.count && (lines.kind[line] === LINE.blank || (lines.indent[line] ?? 0) >= inner)) line++;
  maskRange(lines, open.line, line - 1);
  return line - 1;
}

function leavesItem(lines: Lines, from: number, to: number): boolean {
  const inner = innerIndent(lines, from);
  for (let line = from + 1; line < to; line++) {
    const kind = lines.kind[line];
    if ((lines.indent[line] ?? 0) < inner && (kind === LINE.item || kind === LINE.heading)) return true;
  }
  return false;
}

function innerIndent(lines: Lines, line: number): number {
  const indent = lines.indent[line] ?? 0;
  return lines.kind[line] === LINE.item ? indent + 2 : indent;
}

/** A list item that opens a fence stays an item: its line has a marker of its own. */
function maskRange(lines: Lines, from: number, to: number): void {
  if (lines.kind[from] !== LINE.item) lines.kind[from] = LINE.masked;
  for (let line = from + 1; line <= to; line++) lines.kind[line] = LINE.masked;
}

function isPercent(lines: Lines, line: number): boolean {
  return lines.text.startsWith('%%', lines.body[line]);
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
  constructor(text: string) {
    this.text = text;
  }

  open(from: number): number {
    if (this.#open !== -1 && this.#open < from) this.#open = this.text.indexOf('<!--', from);
    return this.#open;
  }
}

function maskComments(lines: Lines, line: number, comments: CommentFinder): number {
  const end = lines.end[line] ?? 0;
  let open = comments.open(lines.start[line] ?? 0);
  while (open !== -1 && open < end) {
    const close = lines.text.indexOf('-->', open + 4);
    const leads = open <= (lines.body[line] ?? 0);
    if (close !== -1 && close < end) {
      if (leads && trimEnd(lines.text, close + 3, end) === close + 3) lines.kind[line] = LINE.masked;
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

function hasBacktick(text: string, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (text.charCodeAt(i) === BACKTICK) return true;
  return false;
}

