import { plainText } from '../../bodies/output.ts';

/** Line separators and the bidirectional overrides, which hide or turn round what follows. */
const UNSEEN = /[\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text of an agent or a queue within a line of Markdown: it says what it says, and forms nothing. */
export function inline(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]<>|~]|&(?=#?\w+;)/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** A path or a command as code, with as many backticks around it as it needs. */
export function code(text: string): string {
  const line = oneLine(text) || ' ';
  const ticks = fenceOver(line, 0);
  const gap = /^`|`$|^ .* $/.test(line) ? ' ' : '';
  return `${ticks}${gap}${line}${gap}${ticks}`;
}

/** Several lines as a fenced block that nothing in them can close; indented where it stands in a list. */
export function block(text: string, indent = ''): string {
  const lines = clean(text).trimEnd();
  const fence = fenceOver(lines, 2);
  return [`${fence}text`, ...lines.split('\n'), fence].map((line) => indent + line).join('\n');
}

/** Rows with cells as they stand, the columns made even for who reads it without a renderer. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, at) =>
    Math.max(3, heading.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(headings), rule, ...rows.map(line)].join('\n');
}

const clean = (text: string): string => plainText(text).replace(UNSEEN, '');

const oneLine = (text: string): string => clean(text).replace(/\s+/g, ' ').trim();

/** More backticks than stand anywhere in a row, and more than `least`. */
function fenceOver(text: string, least: number): string {
  const runs = text.match(/`+/g) ?? [];
  return '`'.repeat(Math.max(least, ...runs.map((run) => run.length)) + 1);
}
