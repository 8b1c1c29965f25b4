import { BACKTICK, TILDE, trimEnd } from './characters.ts';
import { LINE, type Lines } from './lines.ts';

/** A line that opens or closes a fence. */
export interface FenceLine {
  line: number;
  /** Character code of the fence. */
  mark: number;
  length: number;
  /** An info string follows, so it can only open. */
  info: boolean;
}

export function fenceLines(lines: Lines): FenceLine[] {
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
export function closersAhead(fences: FenceLine[]): { backtick: number[]; tilde: number[] } {
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
export function maskFence(
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
    if (!holdsText(lines, open))
      lines.unclosed.push({ line: open.line, what: 'fence', toEnd: false });
    maskToCloser(lines, fences, open, i);
    return lastMasked(lines, open.line);
  }
  return open.line;
}

/** Markdown or plain text, in which fences may stand. */
function holdsText(lines: Lines, { line }: FenceLine): boolean {
  const opening = lines.text.slice(lines.body[line], (lines.body[line] ?? 0) + 20);
  return /^`{3,}\s*(?:md|markdown|text|txt)\b/i.test(opening);
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
  while (
    line < lines.count &&
    (lines.kind[line] === LINE.blank || (lines.indent[line] ?? 0) >= inner)
  )
    line++;
  maskRange(lines, open.line, line - 1);
  return line - 1;
}

function leavesItem(lines: Lines, from: number, to: number): boolean {
  const inner = innerIndent(lines, from);
  for (let line = from + 1; line < to; line++) {
    const kind = lines.kind[line];
    if ((lines.indent[line] ?? 0) < inner && (kind === LINE.item || kind === LINE.heading))
      return true;
  }
  return false;
}

function innerIndent(lines: Lines, line: number): number {
  const indent = lines.indent[line] ?? 0;
  return lines.kind[line] === LINE.item ? indent + 2 : indent;
}

/** A list item that opens a fence stays an item: its line has a marker of its own. */
export function maskRange(lines: Lines, from: number, to: number): void {
  if (lines.kind[from] !== LINE.item) lines.kind[from] = LINE.masked;
  for (let line = from + 1; line <= to; line++) lines.kind[line] = LINE.masked;
}

function hasBacktick(text: string, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (text.charCodeAt(i) === BACKTICK) return true;
  return false;
}
