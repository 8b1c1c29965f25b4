import { type Draft, tellValue } from './draft.ts';
import { NO_FIELDS } from './fields-scan.ts';
import { plainText } from './inline.ts';
import type { Lines } from './lines.ts';
import { readPriority } from './priority.ts';
import { readHead } from './read-head.ts';
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
  const named =
    titleCell(
      text,
      others.filter((cell) => cell !== status),
    ) ?? first;
  const priority = others.map((cell) => priorityOfCell(text, cell)).find((one) => one !== null);
  return {
    id: id.id,
    idStrength: 'strong',
    title: plainText(text.slice(named.start, named.end)) || id.id,
    titleSpan: { start: named.start, end: named.end },
    told,
    other: null,
    priority: priority ?? section.priority,
    form: 'pipe',
    first: line,
    last: line,
    section,
    fields: NO_FIELDS,
  };
}

/** The first that may be one; a single word in front of several is a name: `claude`, `backend`. */
function titleCell(text: string, cells: Cell[]): Cell | undefined {
  const [first, ...others] = cells.filter(({ start, end }) => {
    return end - start > 2 && priorityOfCell(text, { start, end }) === null;
  });
  if (first === undefined || text.slice(first.start, first.end).includes(' ')) return first;
  return others.find(({ start, end }) => text.slice(start, end).includes(' ')) ?? first;
}

function priorityOfCell(text: string, { start, end }: Cell): number | null {
  const value = text.slice(start, end);
  return /^(?:p\d|\p{L}{3,8})$/iu.test(value) ? readPriority(value) : null;
}
