import type { Status } from '../core/status.ts';
import { codeSpans } from './fields.ts';
import { plainText } from './inline.ts';
import { LINE, type Lines } from './lines.ts';
import type { Section } from './section.ts';
import { splitRow } from './table.ts';
import { readStatus } from './words.ts';

/** Lines of a legend looked at. */
const MOST = 80;

/**
 * The words a file's legend lists, by status: `- \`TODO\` — not started`, `| ⬜ | open |`,
 * `Status: OPEN | CLAIMED | DONE`. The first word for a status wins.
 */
export function readLegend(lines: Lines, outline: Section[]): ReadonlyMap<Status, string> {
  const words = new Map<Status, string>();
  for (const section of outline) {
    const field = section.statusField;
    if (section.role !== 'task' && field !== null && /[|/]/.test(field.value)) {
      for (const word of plainText(field.value).split(/[|/]/)) learn(words, word);
    }
    if (section.role !== 'legend') continue;
    const last = Math.min(section.next, section.line + MOST);
    for (let line = section.line + 1; line < last; line++) {
      const text = lines.text.slice(
        lines.body[line],
        Math.min(lines.end[line] ?? 0, (lines.body[line] ?? 0) + 400),
      );
      for (const word of wordsOf(text, lines.kind[line] === LINE.table)) learn(words, word);
    }
  }
  return words;
}

function wordsOf(text: string, row: boolean): string[] {
  if (row)
    return splitRow(text, 0, text.length)
      .slice(0, 2)
      .map((cell) => plainText(text.slice(cell.start, cell.end)));
  const bold = /^\*\*([^*]+?):?\*\*/.exec(text)?.[1];
  return [...(codeSpans(text) ?? []), ...(bold === undefined ? [] : [bold])];
}

/** A word counts where it is a status and nothing else; boxes are told apart by their entries. */
function learn(words: Map<Status, string>, word: string): void {
  const text = word.trim().replace(/^\[([^\][]{2,})\]$/, '$1');
  const token = readStatus(text, 0, text.length);
  if (token === null || token.choice || text.startsWith('[') || token.end < text.length) return;
  if (!words.has(token.status)) words.set(token.status, text);
}
