import { type Draft, strongest, tellBox, tellToken, tellValue, trimBlock } from './draft.ts';
import type { Lines } from './lines.ts';
import type { Section } from './section.ts';

/** The entry that a heading is, with its whole block. */
export function headingDraft(lines: Lines, outline: Section[], index: number): Draft {
  const section = outline[index] as Section;
  const { head, statusField, boxes } = section;
  const field = statusField === null ? null : tellValue(lines.text, statusField.span, 'field');
  const said =
    head.status === null ? null : tellToken(lines.text, head.status, head.place ?? 'suffix');
  const box = boxes.length === 1 ? tellBox(lines, boxes[0] ?? 0) : null;
  const { told, other } = strongest(lines.text, field, box, said, section, 'heading', head.struck);
  return {
    id: head.id?.id ?? null,
    idStrength: head.id?.strength ?? null,
    title: head.title,
    titleSpan: { start: head.titleStart, end: head.titleEnd },
    told,
    other,
    priority: head.priority ?? section.priority,
    form: 'heading',
    first: section.line,
    last: trimBlock(lines, section.line, blockEnd(outline, index, lines.count) - 1),
    section,
    fields: section.fields,
  };
}

/** First line after the block: the next heading of its level or above, or a task below it. */
function blockEnd(outline: Section[], index: number, count: number): number {
  const { level } = outline[index] as Section;
  for (let i = index + 1; i < outline.length; i++) {
    const next = outline[i] as Section;
    if (next.level <= level || next.role === 'task') return next.line;
  }
  return count;
}
