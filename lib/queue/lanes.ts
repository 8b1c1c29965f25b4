import { isEmptyWord } from './item-rules.ts';
import { LINE, type Lines } from './lines.ts';
import { type Section, siblings, titleOf } from './section.ts';
import { laneState } from './sections.ts';

/**
 * `## Testing` between `## In progress` and `## Done` is a state as they are, where it holds what they
 * hold. Elsewhere such words head documents and logs, or tell how to test.
 */
export function settleLanes(lines: Lines, sections: Section[]): void {
  for (const group of siblings(sections)) {
    const lanes = group.filter((section, i) => {
      const [before, after] = [group[i - 1], group[i + 1]];
      if (section.role !== 'section' || before?.role !== 'state' || after?.role !== 'state')
        return false;
      const held = holds(lines, section);
      return held === null || [before, after].every((one) => (holds(lines, one) ?? held) === held);
    });
    for (const section of lanes) {
      const state = laneState(titleOf(lines.text, section));
      if (state === null) continue;
      section.role = 'state';
      section.own = state;
    }
  }
}

/** null for an empty section, also one that says so. */
function holds(
  { text, kind, body, end }: Lines,
  { line, next, tasks }: Section,
): 'tasks' | 'list' | 'text' | null {
  if (tasks > 0) return 'tasks';
  let prose = false;
  for (let at = line + 1; at < next; at++) {
    if (kind[at] === LINE.item || kind[at] === LINE.table) return 'list';
    if (kind[at] === LINE.text || kind[at] === LINE.quote)
      prose ||= !isEmptyWord(text.slice(body[at], end[at]));
  }
  return prose ? 'text' : null;
}
