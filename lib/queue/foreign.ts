import type { Draft } from './draft.ts';
import { type Block, makeBlock } from './entry.ts';
import { NO_FIELDS } from './fields-scan.ts';
import { LINE, type Lines } from './lines.ts';
import { readPriority } from './priority.ts';
import { readHead } from './read-head.ts';
import type { Section } from './section.ts';
import { normaliseWord, statusOfWord } from './words.ts';

/** Formats of other tools that are no Markdown: read, never written. */
export type ForeignFormat = 'todo.txt' | 'org';

/** The format that a file's name tells; null for Markdown. */
export function foreignFormat(path: string): ForeignFormat | null {
  const name = path.toLowerCase();
  if (name.endsWith('.org')) return 'org';
  return name.endsWith('.txt') && /(?:^|[/\\])(?:[\w.-]*todo|done)\.txt$/i.test(path)
    ? 'todo.txt'
    : null;
}

/** The tasks of such a file, in order. */
export function foreignBlocks(lines: Lines, top: Section, format: ForeignFormat): Block[] {
  const blocks: Block[] = [];
  for (let line = 0; line < lines.count; line++) {
    if (lines.kind[line] === LINE.blank) continue;
    const draft = format === 'org' ? orgDraft(lines, top, line) : todoDraft(lines, top, line);
    if (draft !== null) blocks.push(makeBlock(lines, draft));
  }
  return blocks;
}

/** `x 2026-01-02 2026-01-01 (A) title +project @context key:value` */
function todoDraft(lines: Lines, section: Section, line: number): Draft | null {
  const { text, start, end } = lines;
  const source = text.slice(start[line], end[line]);
  const match =
    /^(?:(x)\s+)?(?:\(([A-Z])\)\s+)?(?:\d{4}-\d{2}-\d{2}\s+){0,2}(?:\(([A-Z])\)\s+)?(?=\S)/.exec(
      source,
    );
  const at = (start[line] ?? 0) + (match?.[0].length ?? 0);
  const done = match?.[1] !== undefined;
  const letter = match?.[2] ?? match?.[3];
  const span = done ? { start: start[line] ?? 0, end: (start[line] ?? 0) + 1 } : null;
  return newDraft(lines, section, line, at, {
    told: {
      status: done ? 'COMPLETE' : 'PENDING',
      source: done ? 'bracket' : 'default',
      raw: done ? 'x' : null,
      span,
    },
    priority: letter === undefined ? null : Math.min(letter.charCodeAt(0) - 65, 9),
  });
}

/** `** TODO [#A] title :tag:`; a headline without a keyword is no task. */
function orgDraft(lines: Lines, section: Section, line: number): Draft | null {
  const { text, start, end } = lines;
  const from = start[line] ?? 0;
  const match = /^\*+\s+([\p{Lu}_-]{2,20})\s+(?:\[#(\w)\]\s+)?(?=\S)/u.exec(
    text.slice(from, end[line]),
  );
  const word = match?.[1];
  const status = word === undefined ? undefined : statusOfWord(normaliseWord(word));
  if (match === null || word === undefined || status === undefined) return null;
  const at = from + match[0].indexOf(word);
  return newDraft(lines, section, line, from + match[0].length, {
    told: { status, source: 'bracket', raw: word, span: { start: at, end: at + word.length } },
    priority: match[2] === undefined ? null : readPriority(match[2]),
  });
}

function newDraft(
  lines: Lines,
  section: Section,
  line: number,
  at: number,
  told: Pick<Draft, 'told' | 'priority'>,
): Draft | null {
  const head = readHead(lines.text, at, lines.end[line] ?? 0, { words: false, colon: false });
  const title = head.title.replace(/\s+:[\w@:]+:?$/, '');
  if (title === '') return null;
  return {
    ...told,
    id: head.id?.id ?? null,
    idStrength: head.id?.strength ?? null,
    title,
    titleSpan: { start: head.titleStart, end: head.titleEnd },
    form: 'bullet',
    first: line,
    last: line,
    section,
    fields: NO_FIELDS,
    other: null,
  };
}
