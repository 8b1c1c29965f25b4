import { LEFT_BRACKET } from './characters.ts';
import type { Head } from './head.ts';
import { idSeries } from './ids.ts';
import { settleLanes } from './lanes.ts';
import { isLegendSection } from './legend-section.ts';
import type { Lines } from './lines.ts';
import { markedHeadings } from './marked-heading.ts';
import { type Role, type Section, titleOf } from './section.ts';
import { isAcceptance, isGrouping, sectionState } from './sections.ts';
import { readValue, type StatusToken } from './words.ts';

/** What headings have in common. */
interface Series {
  /** Weak ids by their letters: `T` of T1, T2. */
  ids: Map<string, Set<string>>;
  /** How often a title with a status after it stands: `approved` of `Approved - In progress`. */
  titles: Map<string, number>;
  marked: ReadonlySet<Section>;
  /** True where a Q5 or more stands: then Q1 to Q4 are no quarters. */
  questions: boolean;
}

/** Settles the role of every heading, the last first, since a group is known by its tasks. */
export function settleRoles(lines: Lines, sections: Section[]): void {
  const found = readSeries(sections);
  const marked = markedHeadings(lines, sections, (head) => isOwnId(head, found));
  const series: Series = { ...found, marked };
  for (let i = sections.length - 1; i > 0; i--) {
    const section = sections[i] as Section;
    section.role = roleOf(lines, sections, series, i);
    if (section.role === 'state') section.own = sectionState(titleOf(lines.text, section));
    else if (section.role === 'section') section.own = suffixState(lines.text, section);
    else if (section.role === 'task' && section.above !== null) section.above.tasks++;
  }
  settleLanes(lines, sections);
}

function roleOf(lines: Lines, sections: Section[], series: Series, index: number): Role {
  const section = sections[index] as Section;
  const { head, statusField: field } = section;
  if (isPlaceholder(lines.text, section)) return 'legend';
  const token = field === null ? null : readValue(lines.text, field.span.start, field.span.end);
  const template = token?.choice === true;
  if (template && section.level > 1 && !hasChild(sections, index)) return 'legend';
  const hasId = isOwnId(head, series);
  if (!hasId && !(index === 1 && section.level === 1) && isLegendSection(lines, section))
    return 'legend';
  if (token === null && inLegend(lines, section)) return 'legend';
  const hasStatus =
    isSpoken(lines, head) ||
    (field !== null &&
      !template &&
      (hasId || (field.value !== '' && !isVague(lines, token, field.value))));
  if (!hasId) return roleWithoutId(lines, sections, series, index, hasStatus);
  if (hasStatus) return 'task';
  return section.boxes.length > 1 || section.tasks > 0 || section.table ? 'section' : 'task';
}

/**
 * All that the role of a section, or of another, hangs on in its own text: two readings of a heading
 * with the same ones have the same role in the same place. Whoever asks for more in `roleOf` adds it.
 */
export function roleFacts(lines: Lines, section: Section): string {
  const { boxes, fields, head, statusField: field, table } = section;
  const token = field === null ? null : readValue(lines.text, field.span.start, field.span.end);
  return [
    isPlaceholder(lines.text, section),
    token === null,
    token?.choice === true,
    field === null,
    field?.value === '',
    field !== null && isVague(lines, token, field.value),
    isSpoken(lines, head),
    Math.min(boxes.length, 2),
    Math.min(fields.size, 2),
    table,
  ].join();
}

function roleWithoutId(
  lines: Lines,
  sections: Section[],
  series: Series,
  index: number,
  hasStatus: boolean,
): Role {
  const section = sections[index] as Section;
  const { head, boxes, statusField: field } = section;
  if (series.marked.has(section)) return 'task';
  const title = titleOf(lines.text, section);
  // `DONE — Publish article three` with fields below is a task that says so, `Done — last week` a section.
  const lead =
    head.status !== null && !head.emojiOnly && head.place === 'bracket' && section.fields.size > 1;
  if (!lead && sectionState(title) !== null) return 'state';
  // `P1 — Market data` with a status of its own is a task named by its priority, `Phase 1` never is.
  const named =
    (head.id !== null && isSpoken(lines, head)) ||
    (field !== null && hasStatus && /^\W*P\d/.test(title));
  if ((isGrouping(title) && !named) || isAcceptance(title)) return 'section';
  if (section.level === 1 && isTitle(lines.text, sections, index)) return 'section';
  if (!hasStatus) return isUnderState(lines.text, section) ? 'task' : 'section';
  if (section.tasks > 0 || isOfWhole(head)) return 'section';
  if (field !== null) return 'task';
  if (head.place !== 'suffix')
    return boxes.length > 1 && hasChild(sections, index) ? 'section' : 'task';
  const repeated = (series.titles.get(head.title.toLowerCase()) ?? 0) > 1;
  return repeated || boxes.length > 0 || hasChild(sections, index) ? 'section' : 'task';
}

function readSeries(sections: Section[]): Omit<Series, 'marked'> {
  const series: Omit<Series, 'marked'> = { ids: new Map(), titles: new Map(), questions: false };
  for (const { head } of sections) {
    if (head.place === 'suffix' && head.id === null) {
      const title = head.title.toLowerCase();
      series.titles.set(title, (series.titles.get(title) ?? 0) + 1);
    }
    if (head.id?.id.charCodeAt(0) === CAPITAL_Q && /^Q(?:[5-9]|\d\d)$/.test(head.id.id))
      series.questions = true;
    if (head.id?.strength !== 'weak') continue;
    const name = idSeries(head.id.id);
    series.ids.set(name, (series.ids.get(name) ?? new Set()).add(head.id.id));
  }
  return series;
}

function isOwnId({ id }: Head, series: Omit<Series, 'marked'>): boolean {
  if (id === null) return false;
  if (!series.questions && id.id.length === 2 && /^Q[1-4]$/.test(id.id)) return false;
  return (
    id.strength === 'strong' ||
    (id.strength === 'weak' && (series.ids.get(idSeries(id.id))?.size ?? 0) > 1)
  );
}

/** True where the heading itself says a status; an emoji alone is decoration unless it is a plain one at the end. */
function isSpoken(lines: Lines, head: Head): boolean {
  if (head.status === null) return false;
  if (!head.emojiOnly || head.id !== null) return true;
  const emoji = lines.text.slice(head.status.start, head.status.end);
  return head.place === 'suffix' && /^[✅☑✔⬜⏳🔲🔄🚧🚫❌⏸]/u.test(emoji);
}

/** `✅ All systems operational`: an emoji and other words than a status, or a sentence. */
function isVague(lines: Lines, token: StatusToken | null, value: string): boolean {
  if (token === null) return value.split(' ', 5).length > 4;
  return !token.exact && !/\p{L}/u.test(lines.text.slice(token.start, token.end));
}

/** `## Queue status: READY`: how the whole of it stands. */
function isOfWhole({ place, title }: Head): boolean {
  return place === 'suffix' && /(?:^|\s)status$/i.test(title);
}

/** A heading right below a state, with an id of any kind or fields of its own. */
function isUnderState(text: string, section: Section): boolean {
  const { above, boxes, head, fields } = section;
  if (
    above === null ||
    above.above === null ||
    boxes.length > 1 ||
    (head.id === null && fields.size < 2)
  )
    return false;
  return sectionState(titleOf(text, above)) !== null;
}

/** `Approved - In progress` as a section: its open boxes are in progress. */
function suffixState(text: string, { head, level, title }: Section): Section['own'] {
  if (
    level === 1 ||
    head.place !== 'suffix' ||
    head.emojiOnly ||
    head.id !== null ||
    isOfWhole(head) ||
    isGrouping(title ?? text)
  )
    return null;
  return head.status?.status ?? null;
}

function inLegend(lines: Lines, section: Section): boolean {
  for (let above = section.above; above !== null && above.level > 1; above = above.above) {
    if (isLegendSection(lines, above)) return true;
  }
  return false;
}

const CAPITAL_Q = 81;

/** X, x, N, n, #. */
const PLACE_MARKS = [88, 120, 78, 110, 35];

/** The file's own title: its first heading, with others below it. */
function isTitle(text: string, sections: Section[], index: number): boolean {
  return (
    index === 1 &&
    (sections.length > 2 ||
      /queue|tasks|todo|backlog|\.md\b/i.test(titleOf(text, sections[1] as Section)))
  );
}

function hasChild(sections: Section[], index: number): boolean {
  return (sections[index + 1]?.level ?? 0) > (sections[index] as Section).level;
}

const PLACEHOLDER =
  /\b(?:[A-Z]+-)?(?:XXX+|NNN+|###)\b|\{[\w\s-]+\}|<[\w\s-]+>|\[(?:title|task name|name|description|task title|short title|id)\]/i;

function isPlaceholder(text: string, section: Section): boolean {
  if (!mayHoldPlace(text, section.span.start, section.span.end)) return false;
  return PLACEHOLDER.test(titleOf(text, section).slice(0, 120));
}

/** True where a bracket stands, or `X`, `N` or `#` twice: hardly any title is looked at more closely. */
function mayHoldPlace(text: string, start: number, end: number): boolean {
  let last = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 123 || code === 60 || code === LEFT_BRACKET) return true;
    if (code === last && PLACE_MARKS.includes(code)) return true;
    last = code;
  }
  return false;
}
