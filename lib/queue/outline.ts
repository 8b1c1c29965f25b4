import type { Status } from '../core/status.ts';
import type { Field } from './document.ts';
import { FieldCollector } from './fields-scan.ts';
import { type Head, readHead } from './head.ts';
import { hashText } from './handle.ts';
import { idSeries } from './ids.ts';
import { HASH } from './characters.ts';
import { plainText } from './inline.ts';
import { normaliseLabel, readLabels } from './labels.ts';
import { LINE, type Lines } from './lines.ts';
import { sectionPriority } from './priority.ts';
import { isAcceptance, isGrouping, isLegend, sectionState } from './sections.ts';
import { isDelimiterRow, readColumns, splitRow } from './table.ts';
import { readStatus } from './words.ts';

/** What a heading is: see rule 2 and 3 of docs/queue-format.md. */
export type Role = 'section' | 'state' | 'legend' | 'task' | 'inside';

export interface Section {
  /** 0-based line of the heading; -1 for what stands before the first. */
  line: number;
  /** First line after the section's own text: the next heading, or the end. */
  next: number;
  /** 0 for what stands before the first heading. */
  level: number;
  /** Index of the section above, -1 at the top. */
  parent: number;
  role: Role;
  head: Head;
  /** The state that this heading names. */
  own: Status | null;
  /** The state in force here, own or inherited. */
  state: Status | null;
  priority: number | null;
  fields: Map<string, Field>;
  statusField: Field | null;
  /** First checkboxes of the section's own text that are no acceptance criteria (0-based lines). */
  boxes: number[];
  /** True where its own text holds a table with a column of states. */
  table: boolean;
  path: string[];
  hash: number;
}

/** The headings of a document and what each one is. */
export function readOutline(lines: Lines): Section[] {
  const sections = collect(lines);
  const series = countSeries(sections);
  for (let i = sections.length - 1; i > 0; i--) decide(lines, sections, series, i);
  inherit(sections);
  return sections;
}

function collect(lines: Lines): Section[] {
  const top: Section = {
    line: -1, next: lines.count, level: 0, parent: -1, role: 'section',
    head: readHead('', 0, 0, { words: false, colon: false }),
    own: null, state: null, priority: null, fields: new Map(), statusField: null, boxes: [], table: false, path: [], hash: hashText(''),
  };
  const sections = [top];
  const stack = [0];
  for (let line = 0; line < lines.count; line++) {
    if (lines.kind[line] !== LINE.heading) continue;
    const level = lines.level[line] ?? 1;
    (sections.at(-1) as Section).next = line;
    while ((sections[stack.at(-1) ?? 0] as Section).level >= level) stack.pop();
    const parent = stack.at(-1) ?? 0;
    stack.push(sections.length);
    sections.push(readSection(lines, sections, line, level, parent));
  }
  for (const section of sections.slice(1)) readOwnText(lines, section);
  return sections;
}

function readSection(lines: Lines, sections: Section[], line: number, level: number, parent: number): Section {
  const start = lines.body[line] ?? 0;
  const head = readHead(lines.text, start, closingHashes(lines, start, lines.end[line] ?? 0), { words: true, colon: true });
  const above = sections[parent] as Section;
  const title = plainText(lines.text.slice(start, Math.min(lines.end[line] ?? 0, start + 300)));
  return {
    line, next: lines.count, level, parent, role: 'section', head, own: null, state: null,
    priority: sectionPriority(title),
    fields: NONE, statusField: null, boxes: [], table: false,
    path: [...above.path, title],
    hash: hashText(title.toLowerCase(), above.hash),
  };
}

const NONE: Map<string, Field> = new Map();

/** `## Title ##` */
function closingHashes(lines: Lines, start: number, end: number): number {
  let at = end;
  while (at > start && lines.text.charCodeAt(at - 1) === HASH) at--;
  return at < end && (at === start || /\s/.test(lines.text.charAt(at - 1))) ? at : end;
}

/** Fields and checkboxes of the section's own lines; a status field counts before the first of the boxes and numbered items. */
function readOwnText(lines: Lines, section: Section): void {
  const { kind, indent, box, level } = lines;
  let collector: FieldCollector | null = null;
  let stopped = false;
  let acceptance = false;
  let boxIndent = 0;
  for (let line = section.line + 1; line < section.next; line++) {
    const lineKind = kind[line];
    if (lineKind === LINE.blank || lineKind === LINE.masked || lineKind === LINE.rule) continue;
    const column = indent[line] ?? 0;
    if (lineKind === LINE.item && (box[line] !== -1 || level[line] === 1)) {
      if (box[line] !== -1 && !acceptance && !(column > 1 && collector?.isOpen()) && (section.boxes.length === 0 || column <= boxIndent)) {
        if (section.boxes.length < 3) section.boxes.push(line);
        boxIndent = column;
      }
      stopped = true;
      collector?.take(line);
      continue;
    }
    if (lineKind !== LINE.item && column === 0) acceptance = isAcceptanceLine(lines, line);
    else if (lineKind === LINE.item && column < 2 && isAcceptanceLine(lines, line)) acceptance = true;
    if (lineKind === LINE.table && !section.table) section.table = isTaskTable(lines, line);
    if (column > 3 && collector === null) continue;
    collector ??= new FieldCollector(lines);
    const status = collector.take(line);
    if (status !== null && column <= 3 && (!stopped || (column === 0 && section.head.id !== null))) section.statusField ??= status;
  }
  if (collector !== null) section.fields = collector.fields;
}

function isTaskTable(lines: Lines, line: number): boolean {
  const { text, start, end, count } = lines;
  if (line + 1 >= count || !isDelimiterRow(text, start[line + 1] ?? 0, end[line + 1] ?? 0)) return false;
  const columns = readColumns(text, splitRow(text, start[line] ?? 0, end[line] ?? 0));
  return columns !== null && columns.status !== -1 && (columns.title !== -1 || columns.id !== -1);
}

function isAcceptanceLine(lines: Lines, line: number): boolean {
  const body = lines.body[line] ?? 0;
  const end = Math.min(lines.end[line] ?? 0, body + 80);
  const label = readLabels(lines.text, body, end)[0];
  if (label !== undefined) return isAcceptance(normaliseLabel(label.label));
  const code = lines.text.charCodeAt(body);
  return (code === 42 || code === 95) && isAcceptance(lines.text.slice(body, end));
}

/** What headings have in common. */
interface Series {
  /** Weak ids by their letters: `T` of T1, T2. */
  ids: Map<string, Set<string>>;
  /** How often a title stands, lower case: `Approved` of `Approved - In progress`. */
  titles: Map<string, number>;
}


function countSeries(sections: Section[]): Series {
  const series = new Map<string, Set<string>>();
  const titles = new Map<string, number>();
  for (const { head } of sections) {
    const title = head.title.toLowerCase();
    titles.set(title, (titles.get(title) ?? 0) + 1);
    if (head.id?.strength !== 'weak') continue;
    const name = idSeries(head.id.id);
    const ids = series.get(name) ?? new Set();
    ids.add(head.id.id);
    series.set(name, ids);
  }
  return { ids: series, titles };
}

const taskChildren = new WeakMap<Section, number>();

function decide(lines: Lines, sections: Section[], series: Series, index: number): void {
  const section = sections[index] as Section;
  section.role = roleOf(lines, sections, series, index, taskChildren.get(section) ?? 0);
  if (section.role === 'state') section.own = sectionState(fullTitle(section));
  else if (section.role === 'section' && section.head.place === 'suffix' && !section.head.emojiOnly && !isGrouping(fullTitle(section))) section.own = section.head.status?.status ?? null;
  if (section.role === 'task') {
    const parent = sections[section.parent];
    if (parent !== undefined) taskChildren.set(parent, (taskChildren.get(parent) ?? 0) + 1);
  }
}

function roleOf(lines: Lines, sections: Section[], series: Series, index: number, children: number): Role {
  const section = sections[index] as Section;
  const { head, boxes } = section;
  const title = fullTitle(section);
  const field = section.statusField;
  const fieldStatus = field === null ? null : readStatus(lines.text, field.span.start, field.span.end);
  const template = fieldStatus?.choice === true;
  if (isPlaceholder(title)) return 'legend';
  if (template && section.level > 1 && !hasChild(sections, index)) return 'legend';
  const hasId =
    head.id !== null &&
    (head.id.strength === 'strong' || (head.id.strength === 'weak' && (series.ids.get(idSeries(head.id.id))?.size ?? 0) > 1));
  if (!hasId && isLegend(title)) return 'legend';
  if (inLegend(sections, index) && fieldStatus === null) return 'legend';
  // `DONE — Publish article three` with fields below is a task that says so, `Done — last week` a section.
  const lead = head.status !== null && !head.emojiOnly && head.place === 'bracket' && section.fields.size > 1;
  if (!hasId && !lead && sectionState(title) !== null) return 'state';
  if (!hasId && (isGrouping(title) || isAcceptance(title))) return 'section';
  const spoken = head.status !== null && !(head.emojiOnly && (head.place === 'bracket' || !isPlainEmoji(lines, head)) && head.id === null);
  const vague = fieldStatus !== null && !fieldStatus.exact && !/\p{L}/u.test(lines.text.slice(fieldStatus.start, fieldStatus.end));
  const hasStatus = spoken || (field !== null && !template && (hasId || (field.value !== '' && !vague)));
  if (section.level === 1 && isTitle(sections, index) && !(hasId && hasStatus)) return 'section';
  if (hasStatus) {
    if (!hasId && (children > 0 || (field === null && (series.titles.get(head.title.toLowerCase()) ?? 0) > 1))) return 'section';
    if (!hasId && field === null && (head.place === 'suffix' ? boxes.length > 0 || hasChild(sections, index) : boxes.length > 1 && hasChild(sections, index))) return 'section';
    return 'task';
  }
  if (hasId) return boxes.length > 1 || children > 0 || section.table ? 'section' : 'task';
  const parent = sections[section.parent] as Section;
  const underState = section.parent > 0 && sectionState(fullTitle(parent)) !== null;
  return underState && boxes.length < 2 && (head.id !== null || section.fields.size > 1) ? 'task' : 'section';
}

function isPlainEmoji(lines: Lines, head: Head): boolean {
  return head.status !== null && /^[✅☑✔⬜⏳🔲🔄🚧🚫❌⏸]/u.test(lines.text.slice(head.status.start, head.status.end));
}

function inLegend(sections: Section[], index: number): boolean {
  for (let at = (sections[index] as Section).parent; at > 0; at = (sections[at] as Section).parent) {
    const section = sections[at] as Section;
    if (isLegend(fullTitle(section))) return true;
  }
  return false;
}

/** The file's own title: its first heading, with others below it. */
function isTitle(sections: Section[], index: number): boolean {
  return index === 1 && (sections.length > 2 || /queue|tasks|todo|backlog|\.md\b/i.test(fullTitle(sections[1] as Section)));
}

function hasChild(sections: Section[], index: number): boolean {
  return (sections[index + 1]?.level ?? 0) > (sections[index] as Section).level;
}

function isPlaceholder(title: string): boolean {
  return /\b(?:[A-Z]+-)?(?:XXX+|NNN+|###)\b|\{[\w\s-]+\}|<[\w\s-]+>|\[(?:title|task name|name|description|task title|short title|id)\]/i.test(title.slice(0, 120));
}

function fullTitle(section: Section): string {
  return section.path.at(-1) ?? '';
}

/** Hands states and priorities down, and takes what stands inside a task out of the walk. */
function inherit(sections: Section[]): void {
  for (let i = 1; i < sections.length; i++) {
    const section = sections[i] as Section;
    const parent = sections[section.parent] as Section;
    section.state = section.own ?? parent.state;
    section.priority ??= parent.priority;
    if (section.role !== 'task' && (parent.role === 'task' || parent.role === 'inside')) section.role = 'inside';
    else if (section.role !== 'task' && parent.role === 'legend') section.role = 'legend';
  }
}
