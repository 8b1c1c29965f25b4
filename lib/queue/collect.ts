import { LEFT_BRACKET } from './characters.ts';
import { Collector } from './collector.ts';
import type { Block } from './entry.ts';
import { headingDraft } from './heading-entry.ts';
import { LINE, type Lines } from './lines.ts';
import { speaksOfTasks, speaksOfWork } from './marked-bullet.ts';
import type { Reach } from './reach.ts';
import type { Section } from './section.ts';
import { isGrouping } from './sections.ts';
import { asTodo } from './todo-list.ts';

/** The block of every entry of the document in file order. `path` is the file's, for its name. */
export function collectEntries(lines: Lines, outline: Section[], path: string): Block[] {
  const narrow = collect(lines, outline, path, NARROW);
  const { blocks, marks } = narrow;
  const listed = blocks.every((block) => isBullet(lines, block))
    ? asTodo(lines, outline, path)
    : null;
  // All of such a list, whichever of them a person marks.
  if (listed !== null)
    return collect(lines, listed, path, { ...NARROW, marked: true, labels: true }).blocks;
  // Where headings are the states of bullets, what lines and words say elsewhere are notes.
  const loose = !blocks.some(({ home }) => home.role === 'state' && !home.label);
  const wide = {
    marked: marks >= FEWEST,
    loose,
    labels: loose && outline.some(({ label }) => label),
    named: speaksOfTasks(lines, outline, path) ? namedSections(narrow) : NONE,
  };
  if (wide.marked || wide.labels || wide.named.size > 0) {
    const again = collect(lines, outline, path, wide);
    if (isTheList(lines, blocks, again) && speaksOfWork(lines, outline, path)) return again.blocks;
  }
  return blocks;
}

const NONE: ReadonlySet<Section> = new Set();
const NARROW: Reach = { marked: false, loose: true, labels: false, named: NONE };

/** Where bullets that an id leads are tasks: beside such with a status, and where no id stands twice, as it does in notes on tasks. */
function namedSections({ blocks, named }: Collector): ReadonlySet<Section> {
  const ids = [...named.values()].flat();
  if (ids.length < FEWEST || !blocks.some(({ idStrength }) => idStrength === 'strong')) return NONE;
  const held = new Set(blocks.map(({ home }) => home));
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  const sections = [...named].filter(
    ([section, own]) => held.has(section) || !own.some((id) => twice.has(id)),
  );
  return new Set(sections.map(([section]) => section));
}

/** Where no other form has tasks, such bullets are the list, unless most of the file's are none. */
function isTheList(lines: Lines, blocks: Block[], again: Collector): boolean {
  if (again.blocks.length < again.plain) return false;
  if (!again.blocks.every((block) => isBullet(lines, block))) return false;
  // `- ✅ Phase 1` with boxes below it groups them.
  return (
    blocks.every((block) => isBullet(lines, block)) ||
    !again.blocks.some(({ title }) => isGrouping(title))
  );
}

/** A bullet of any kind; `⬜` and `☑` are signs among others. */
function isBullet({ text, box }: Lines, { form, first }: Block): boolean {
  if (form !== 'checkbox') return form === 'bullet' || form === 'numbered';
  return text.charCodeAt((box[first] ?? 0) - 1) !== LEFT_BRACKET;
}

/** One marked bullet makes no list. */
const FEWEST = 2;

function collect(lines: Lines, outline: Section[], path: string, reach: Reach): Collector {
  const collector = new Collector(lines, path, reach);
  for (let i = 0; i < outline.length; i++) {
    const section = outline[i] as Section;
    if (section.role === 'task') {
      collector.push(headingDraft(lines, outline, i), section.head);
    } else if (section.role === 'section' || section.role === 'state') {
      collector.walk(section, section.line + 1);
    } else if (section.role === 'legend') {
      collector.walk(section, afterRule(lines, section));
    }
  }
  return collector;
}

/** A thematic break ends a legend that has no heading after it. */
function afterRule(lines: Lines, section: Section): number {
  for (let line = section.line + 1; line < section.next; line++) {
    if (lines.kind[line] === LINE.rule) return line + 1;
  }
  return section.next;
}
