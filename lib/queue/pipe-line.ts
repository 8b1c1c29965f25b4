import { type Draft, tellValue } from './draft.ts';
import { NO_FIELDS } from './fields-scan.ts';
import { readHead } from './head.ts';
import { plainText } from './inline.ts';
import type { Lines } from './lines.ts';
import type { Section } from './section.ts';
import { type Cell, splitRow } from './table.ts';
import { readStatus } from './words.ts';

/** The entry of `ID | STATUS | title`, also between outer pipes; null for any other line. */
export function pipeDraft(lines: Lines, section: Section, line: number): Draft | null {
  const { text } = lines;
  const cells = splitRow(text, lines.body[line] ?? 0, lines.end[line] ?? 0);
  const [first, ...others] = cells;
  if (others.length < 2 || first === undefined) return null;
  const { id, title } = readHead(text, first.start, first.end, { words: false, colon: false });
  if (id === null || title !== plainText(id.id)) return null;
  const status = others.find((cell) => readStatus(text, cell.start, cell.end)?.exact === true);
  const told = status === undefined ? null : tellValue(text, status, 'cell');
  if (told === null) return null;
  const named = others.find((cell) => cell !== status && isTitle(text, cell)) ?? first;
  return {
    id: id.id,
    idStrength: 'strong',
    title: plainText(text.slice(named.start, named.end)) || id.id,
    titleSpan: { start: named.start, end: named.end },
    told,
    other: null,
    priority: section.priority,
    form: 'pipe',
    first: line,
    last: line,
    section,
    fields: NO_FIELDS,
  };
}

function isTitle(text: string, { start, end }: Cell): boolean {
  return end - start > 2 && !/^p\d$/i.test(text.slice(start, end));
}
