import type { QueueDocument } from './document.ts';
import { type Lines, scanLines } from './lines.ts';
import { maskLines } from './mask.ts';
import { readOutline } from './outline.ts';
import type { Section } from './section.ts';

/** A document's lines and headings, read again for an edit that moves or adds blocks. */
export interface Layout {
  lines: Lines;
  outline: Section[];
  /** The line end that the file uses most, `\n` in doubt. */
  eol: string;
}

export function readLayout(doc: QueueDocument): Layout {
  const lines = scanLines(doc.text);
  maskLines(lines);
  return { lines, outline: readOutline(lines), eol: lineEnding(doc.text) };
}

/** The line end of the first line; `\n` where there is only one line. */
export function lineEnding(text: string): string {
  const at = text.indexOf('\n');
  return at > 0 && text.charCodeAt(at - 1) === 13 ? '\r\n' : '\n';
}

/** Start of a 0-based line, or the text's end. */
export function lineStart(lines: Lines, line: number): number {
  return line < lines.count ? (lines.start[line] ?? 0) : lines.text.length;
}

/** First line after a section with everything below it. */
export function treeEnd(outline: Section[], section: Section, count: number): number {
  for (const other of outline)
    if (other.line > section.line && other.level <= section.level) return other.line;
  return count;
}
