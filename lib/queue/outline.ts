import { HASH, isSpace } from './characters.ts';
import { NO_FIELDS } from './fields-scan.ts';
import { type Head, plainHead } from './head.ts';
import { readLabelLines } from './label-section.ts';
import { LINE, type Lines } from './lines.ts';
import { readOwnText } from './own-text.ts';
import { sectionPriority } from './priority.ts';
import { readHead } from './read-head.ts';
import { settleRoles } from './roles.ts';
import { type Section, titleOf } from './section.ts';

/** The headings of a document and what each one is; the first stands for the text above them all. */
export function readOutline(lines: Lines): Section[] {
  const sections = readHeadings(lines);
  for (let i = 1; i < sections.length; i++) readOwnText(lines, sections[i] as Section);
  settleRoles(lines, sections);
  inherit(lines.text, sections);
  return sections.flatMap((section) => [section, ...divide(lines, section)]);
}

/** The headings and what each says by itself. */
export function readHeadings(lines: Lines): Section[] {
  const top = topSection(lines);
  const sections = [top];
  let last = top;
  for (let line = 0; line < lines.count; line++) {
    if (lines.kind[line] !== LINE.heading) continue;
    const level = lines.level[line] ?? 1;
    last.next = line;
    let above: Section = last;
    while (above.level >= level && above.above !== null) above = above.above;
    const start = lines.body[line] ?? 0;
    const end = closingHashes(lines.text, start, lines.end[line] ?? 0);
    const head = readHead(lines.text, start, end, { words: true, colon: true });
    last = newSection(line, level, above, head, start, end);
    last.next = lines.count;
    sections.push(last);
  }
  return sections;
}

/** What stands for the text above the first heading. */
export function topSection(lines: Lines): Section {
  const top = newSection(-1, 0, null, NO_HEAD, 0, 0);
  top.next = lines.count;
  return top;
}

/** Of a section without a heading. Nobody changes a head once it is read. */
const NO_HEAD: Head = {
  id: null,
  title: '',
  titleStart: 0,
  titleEnd: 0,
  status: null,
  place: null,
  emojiOnly: false,
  priority: null,
  struck: null,
  tags: [],
};

function newSection(
  line: number,
  level: number,
  above: Section | null,
  head: Head,
  start: number,
  end: number,
): Section {
  return {
    line,
    next: line + 1,
    level,
    above,
    role: 'section',
    head,
    span: { start, end },
    own: null,
    state: null,
    priority: null,
    fields: NO_FIELDS,
    statusField: null,
    boxes: NO_BOXES,
    table: false,
    label: false,
    tasks: 0,
    legend: null,
    title: null,
    path: null,
    hash: null,
  };
}

const NO_BOXES: number[] = [];

/** Deeper than `######`. */
const LABEL_LEVEL = 7;

/** `## Title ##` */
function closingHashes(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && text.charCodeAt(at - 1) === HASH) at--;
  return at < end && (at === start || isSpace(text.charCodeAt(at - 1))) ? at : end;
}

/** Cuts a section at the labels in its own text, and returns what they head. */
function divide(lines: Lines, section: Section): Section[] {
  // A heading that is a state has said it.
  if (section.role !== 'section') return [];
  const labels = readLabelLines(lines, section);
  const parts = labels.map(({ line, start, end, state }, i) => ({
    ...newSection(line, LABEL_LEVEL, section, plainHead(null, '', start, end), start, end),
    next: labels[i + 1]?.line ?? section.next,
    role: state === null ? ('section' as const) : ('state' as const),
    own: state,
    state: state ?? section.state,
    priority: section.priority,
    label: true,
  }));
  if (parts[0] !== undefined) section.next = parts[0].line;
  return parts;
}

/** Hands states and priorities down, and takes what stands inside a task out of the walk. */
function inherit(text: string, sections: Section[]): void {
  for (let i = 1; i < sections.length; i++) {
    const section = sections[i] as Section;
    const above = section.above as Section;
    section.state = section.own ?? above.state;
    if (section.role !== 'task') section.priority = sectionPriority(titleOf(text, section));
    section.priority ??= above.priority;
    if (section.role === 'task') continue;
    if (above.role === 'task' || above.role === 'inside') section.role = 'inside';
    else if (above.role === 'legend') section.role = 'legend';
  }
}
