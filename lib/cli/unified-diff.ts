interface Change {
  /** 0-based lines of the old text that go, and of the new one that come. */
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

const CONTEXT = 3;

/** More differing lines than this are shown as one replacement: an exact diff of them helps nobody. */
const MOST_DIFFERENCES = 1000;

/** What `diff -u` would print for two versions of a file; '' where they are the same. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const old = linesOf(before);
  const now = linesOf(after);
  const hunks = groupChanges(changesBetween(old, now));
  return `--- ${name}\n+++ ${name}\n${hunks.map((hunk) => printHunk(hunk, old, now)).join('')}`;
}

/** Lines with their ends, so that a change of nothing but a line end is a change. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function changesBetween(old: string[], now: string[]): Change[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (
    tail < Math.min(old.length, now.length) - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail++;
  }
  const middle = shortestEdit(
    old.slice(head, old.length - tail),
    now.slice(head, now.length - tail),
  );
  return middle.map(({ oldStart, oldEnd, newStart, newEnd }) => ({
    oldStart: oldStart + head,
    oldEnd: oldEnd + head,
    newStart: newStart + head,
    newEnd: newEnd + head,
  }));
}

/** Myers, “An O(ND) Difference Algorithm” (1986), §3; each step's furthest points are kept to walk back. */
function shortestEdit(old: string[], now: string[]): Change[] {
  const steps: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  for (let differences = 0; differences <= MOST_DIFFERENCES; differences++) {
    steps.push(furthest);
    const next = new Map<number, number>();
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = stepInto(furthest, diagonal, differences);
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length)
        return walkBack(steps, old.length, now.length);
    }
    furthest = next;
  }
  return [{ oldStart: 0, oldEnd: old.length, newStart: 0, newEnd: now.length }];
}

function stepInto(furthest: Map<number, number>, diagonal: number, differences: number): number {
  const down = furthest.get(diagonal + 1) ?? -1;
  const right = furthest.get(diagonal - 1) ?? -1;
  return diagonal === -differences || (diagonal !== differences && right < down) ? down : right + 1;
}

function walkBack(steps: Map<number, number>[], oldLength: number, newLength: number): Change[] {
  const changes: Change[] = [];
  let x = oldLength;
  let y = newLength;
  for (let differences = steps.length - 1; differences > 0; differences--) {
    const furthest = steps[differences] as Map<number, number>;
    const diagonal = x - y;
    const from =
      stepInto(furthest, diagonal, differences) === furthest.get(diagonal + 1)
        ? diagonal + 1
        : diagonal - 1;
    const fromX = furthest.get(from) as number;
    const fromY = fromX - from;
    const came = from === diagonal + 1 ? { x: fromX, y: fromY + 1 } : { x: fromX + 1, y: fromY };
    addChange(changes, { oldStart: fromX, oldEnd: came.x, newStart: fromY, newEnd: came.y });
    x = fromX;
    y = fromY;
  }
  return changes.reverse();
}

/** Found from the end to the start: one that touches the last found becomes part of it. */
function addChange(changes: Change[], change: Change): void {
  const last = changes.at(-1);
  if (last && change.oldEnd === last.oldStart && change.newEnd === last.newStart) {
    last.oldStart = change.oldStart;
    last.newStart = change.newStart;
  } else {
    changes.push(change);
  }
}

/** Changes whose context would touch share a hunk. */
function groupChanges(changes: Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (hunk && last && change.oldStart - last.oldEnd <= 2 * CONTEXT) hunk.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function printHunk(hunk: Change[], old: string[], now: string[]): string {
  const first = hunk[0] as Change;
  const last = hunk.at(-1) as Change;
  const before = Math.min(CONTEXT, first.oldStart);
  const after = Math.min(CONTEXT, old.length - last.oldEnd);
  const lines: string[] = [];
  let at = first.oldStart - before;
  for (const change of hunk) {
    for (; at < change.oldStart; at++) lines.push(printLine(' ', old[at]));
    for (; at < change.oldEnd; at++) lines.push(printLine('-', old[at]));
    for (let to = change.newStart; to < change.newEnd; to++) lines.push(printLine('+', now[to]));
  }
  for (; at < last.oldEnd + after; at++) lines.push(printLine(' ', old[at]));
  const oldRange = range(first.oldStart - before, last.oldEnd + after);
  const newRange = range(first.newStart - before, last.newEnd + after);
  return `@@ -${oldRange} +${newRange} @@\n${lines.join('')}`;
}

function printLine(sign: string, line = ''): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}

/** 1-based; an empty range names the line before it. */
function range(start: number, end: number): string {
  const length = end - start;
  return length === 1 ? `${start + 1}` : `${length === 0 ? start : start + 1},${length}`;
}
