import { DASH, trimEnd } from './characters.ts';
import { isNoteLabel } from './item-rules.ts';
import { normaliseLabel, readLabel } from './labels.ts';
import { LINE, type Lines } from './lines.ts';

const EQUALS = 61;

/** Longer lines are prose. */
const LONGEST = 120;
/** A shorter line is a rule below a text, unless the text is as short. */
const SHORTEST = 4;
/** No underline makes a deeper heading: below it a file has to write `###`. */
const DEEPEST = 2;

/**
 * Makes headings of text lines with `====` or `----` below them. Markdown calls every such pair one,
 * but people draw rules right below their texts and fields too: only a paragraph of one line counts,
 * and an underline about as long as it. Where `#` heads the file or its parts, such a pair is a task's
 * own text: its notes, its acceptance.
 */
export function readUnderlines(lines: Lines): void {
  const { kind, level } = lines;
  let found = false;
  for (let line = 0; line + 1 < lines.count; line++) {
    if (kind[line] === LINE.heading && !(found && (level[line] ?? 0) > DEEPEST)) return;
    if (kind[line] !== LINE.text) continue;
    const depth = underlineLevel(lines, line + 1);
    if (depth === 0 || !isTitle(lines, line)) continue;
    kind[line] = LINE.heading;
    level[line] = depth;
    kind[line + 1] = LINE.masked;
    found = true;
  }
}

/** True for a heading that the line below it makes one. */
export function isUnderlined({ text, kind, body }: Lines, line: number): boolean {
  if (kind[line] !== LINE.heading) return false;
  const before = text.charAt((body[line] ?? 0) - 1);
  return before === '' || before === '\n' || before === '\ufeff';
}

/** 1 for `====`, 2 for `----`, else 0. */
function underlineLevel({ text, kind, body, end, indent }: Lines, line: number): number {
  const start = body[line] ?? 0;
  const mark = text.charCodeAt(start);
  if ((mark !== EQUALS && mark !== DASH) || indent[line] !== 0 || kind[line] === LINE.masked)
    return 0;
  const stop = trimEnd(text, start, end[line] ?? 0);
  for (let at = start; at < stop; at++) if (text.charCodeAt(at) !== mark) return 0;
  const above = lineLength(end[line - 1], body[line - 1]);
  const fits = stop - start >= Math.min(SHORTEST, above) && (stop - start) * 2 >= above;
  return stop - start < 3 || !fits ? 0 : mark === EQUALS ? 1 : 2;
}

function lineLength(end: number | undefined, start: number | undefined): number {
  return (end ?? 0) - (start ?? 0);
}

/** One line by itself that is no field, no row and no sentence. */
function isTitle({ text, kind, body, end, indent }: Lines, line: number): boolean {
  const start = body[line] ?? 0;
  const stop = trimEnd(text, start, end[line] ?? 0);
  const above = kind[line - 1];
  if (above === LINE.text || above === LINE.item || above === LINE.table || above === LINE.quote)
    return false;
  if (indent[line] !== 0 || stop - start > LONGEST || /[.;,]/.test(text.charAt(stop - 1)))
    return false;
  if (text.slice(start, stop).includes('|')) return false;
  const label = readLabel(text, start, stop);
  return label === null || (!label.bold && !isNoteLabel(normaliseLabel(label.label)));
}
