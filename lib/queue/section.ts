import type { Status } from '../core/status.ts';
import type { Span } from '../core/text-edit.ts';
import type { Field } from './document.ts';
import type { FoundFields } from './fields-scan.ts';
import { hashText } from './handle.ts';
import type { Head } from './head.ts';
import { plainText } from './inline.ts';

/**
 * What a heading is: a plain section, one that names a state, one that explains the file, a task,
 * or part of a task's block.
 */
export type Role = 'section' | 'state' | 'legend' | 'task' | 'inside';

export interface Section {
  /** 0-based line of the heading; -1 for what stands before the first. */
  line: number;
  /** First line after the section's own text: the next heading, or the end. */
  next: number;
  /** 0 for what stands before the first heading. */
  level: number;
  /** The section above; null at the top. */
  above: Section | null;
  role: Role;
  head: Head;
  /** The heading's own text. */
  span: Span;
  /** The state that this heading names. */
  own: Status | null;
  /** The state in force here, own or inherited. */
  state: Status | null;
  priority: number | null;
  fields: FoundFields;
  statusField: Field | null;
  /** First checkboxes of the section's own text that are no acceptance criteria (0-based lines). */
  boxes: number[];
  /** True where its own text holds a table with a column of states. */
  table: boolean;
  /** True for one that a line such as `**Done:**` heads; it is deeper than any heading. */
  label: boolean;
  /** How many of the headings right below are tasks. */
  tasks: number;
  /** Kept once made: see `isLegendSection`, `titleOf`, `pathOf`, `hashOf`. */
  legend: boolean | null;
  title: string | null;
  path: string[] | null;
  hash: number | null;
}

/** Longest heading looked at as a title. */
const LIMIT = 300;

/** The heading's text without decoration. */
export function titleOf(text: string, section: Section): string {
  section.title ??= plainText(
    text.slice(section.span.start, Math.min(section.span.end, section.span.start + LIMIT)),
  );
  return section.title;
}

/** The headings from the top down to this one. */
export function pathOf(text: string, section: Section): string[] {
  section.path ??=
    section.above === null ? [] : [...pathOf(text, section.above), titleOf(text, section)];
  return section.path;
}

/** The headings by level and by the one above them, in file order. */
export function siblings(sections: Section[]): Iterable<Section[]> {
  const groups = new Map<string, Section[]>();
  for (const section of sections.slice(1)) {
    const key = `${section.above?.line} ${section.level}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [section]);
    else group.push(section);
  }
  return groups.values();
}

/** A hash of the path, in lower case; without states and labels, so that an entry that moves on to the next keeps its handle. */
export function hashOf(text: string, section: Section): number {
  section.hash ??= hashAnew(text, section);
  return section.hash;
}

function hashAnew(text: string, section: Section): number {
  if (section.above === null) return hashText('');
  const above = hashOf(text, section.above);
  return section.own === null && !section.label
    ? hashText(titleOf(text, section).toLowerCase(), above)
    : above;
}
