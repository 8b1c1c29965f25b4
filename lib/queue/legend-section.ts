import { isLegendLine, isPlaceholder } from './item-rules.ts';
import { LINE, type Lines } from './lines.ts';
import { type Section, titleOf } from './section.ts';
import { isGuide, isLegend } from './sections.ts';

/**
 * True for a section that explains the file. Its name alone does not make it one: where it, or
 * what is below it, holds checkboxes that are no examples, they are tasks.
 */
export function isLegendSection(lines: Lines, section: Section): boolean {
  section.legend ??= readLegendSection(lines, section);
  return section.legend;
}

function readLegendSection(lines: Lines, section: Section): boolean {
  const title = titleOf(lines.text, section);
  if (isLegend(title)) return !holdsTasks(lines, section, true);
  return isGuide(title) && !holdsTasks(lines, section, false);
}

/** In a legend each mark standing once shows the marks; in a guide only placeholders are examples. */
function holdsTasks(lines: Lines, section: Section, legend: boolean): boolean {
  const marks = new Set<string>();
  let outermost = Number.POSITIVE_INFINITY;
  let repeated = false;
  let told = false;
  for (let line = section.line + 1; line < lines.count; line++) {
    if (lines.kind[line] === LINE.rule) break;
    if (lines.kind[line] === LINE.heading) {
      if ((lines.level[line] ?? 0) <= section.level) break;
      outermost = Number.POSITIVE_INFINITY;
    }
    const box = lines.box[line] ?? -1;
    const column = lines.indent[line] ?? 0;
    if (lines.kind[line] !== LINE.item || box === -1 || column > outermost) continue;
    outermost = column;
    const mark = lines.text.slice(box, box + (lines.boxLength[line] ?? 0)).trim();
    if (marks.has(mark)) repeated = true;
    marks.add(mark);
    const title = lines.text.slice(lines.body[line], lines.end[line]);
    if (!isExample(title)) told = true;
  }
  return told && (repeated || !legend);
}

const EXAMPLE =
  /<[^<>]+>|\{[^{}]+\}|\.\.\.|…|\b(?:X{2,}|N{2,}|YYYY)\b|\b(?:title|description|criterion|placeholder|example|task name)\b/i;

function isExample(title: string): boolean {
  const text = title.slice(0, 200).trim();
  return text === '' || isPlaceholder(text) || isLegendLine(text, null) || EXAMPLE.test(text);
}
