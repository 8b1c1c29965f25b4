import type { Head } from './head.ts';
import type { Lines } from './lines.ts';
import { type Section, siblings, titleOf } from './section.ts';
import { isGrouping, namesTasks, sectionState } from './sections.ts';

/**
 * The headings that a sign makes tasks: `### 🚧 Public API`, below a heading that names tasks, where
 * all beside them have a sign too, one of them a plain state. Elsewhere signs are ornaments: also in
 * a file whose tasks have ids and status fields, and below a task. `hasOwnId` tells the headings that
 * an id makes tasks.
 */
export function markedHeadings(
  lines: Lines,
  sections: Section[],
  hasOwnId: (head: Head) => boolean,
): ReadonlySet<Section> {
  const marked = new Set<Section>();
  const spelled = ({ head: { id }, statusField }: Section) =>
    id?.strength === 'strong' && statusField !== null;
  if (sections.some(spelled)) return marked;
  for (const group of siblings(sections)) {
    if (group.length < 2 || !isBelowTasks(lines.text, group[0] as Section, hasOwnId)) continue;
    const all = group.every((one) => one.head.emojiOnly && isPlainTitle(lines.text, one));
    if (all && group.some((one) => isStateSign(lines.text, one)))
      for (const one of group) marked.add(one);
  }
  // What others stand under is a part of the file.
  for (const { above } of sections) if (above !== null) marked.delete(above);
  return marked;
}

/** Parts of a plan whose signs rate what it says. */
const TOLD =
  /\b(?:principles?|guidelines?|rules?|conventions?|practices|decisions?|lessons|findings|highlights?|results)\b/i;

function isBelowTasks(text: string, section: Section, hasOwnId: (head: Head) => boolean): boolean {
  let named = false;
  for (let above = section.above; above !== null && above.above !== null; above = above.above) {
    const { head, statusField } = above;
    const title = titleOf(text, above);
    if (statusField !== null || hasOwnId(head) || isSaid(head) || TOLD.test(title)) return false;
    named ||= namesTasks(title);
  }
  return named;
}

/** `### [DONE] Write the plan`. */
function isSaid({ status, place, emojiOnly }: Head): boolean {
  return status !== null && place === 'bracket' && !emojiOnly;
}

/** True for a sign that is hardly ever an ornament. */
function isStateSign(text: string, { head }: Section): boolean {
  return /^[✅☑✔⬜🔲⏳🔄🚧⏸🚫]/u.test(text.slice(head.status?.start, head.status?.end));
}

/** Words that a part of a report starts with, not a piece of work. */
const PART =
  /^(?:what|how|why|where|who|do|don['’]t|known|remaining|recent|next|still|already|needs|missing|critical|best|working|works|features?|notes?|summary|status|overview|highlights?|issues?|risks?)\b/i;

function isPlainTitle(text: string, section: Section): boolean {
  const { head, boxes, table } = section;
  if (head.id !== null || head.place !== 'bracket' || boxes.length > 0 || table) return false;
  if (isGrouping(head.title) || PART.test(head.title)) return false;
  return sectionState(titleOf(text, section)) === null;
}
