import { type Section, siblings, titleOf } from './section.ts';
import { laneState } from './sections.ts';

/**
 * `## Testing` between `## In progress` and `## Done` is a state as they are. Elsewhere such words
 * head documents and logs.
 */
export function settleLanes(text: string, sections: Section[]): void {
  for (const group of siblings(sections)) {
    const lanes = group.filter(
      (section, i) =>
        section.role === 'section' &&
        group[i - 1]?.role === 'state' &&
        group[i + 1]?.role === 'state',
    );
    for (const section of lanes) {
      const state = laneState(titleOf(text, section));
      if (state === null) continue;
      section.role = 'state';
      section.own = state;
    }
  }
}
