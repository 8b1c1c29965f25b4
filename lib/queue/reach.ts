import type { Head } from './head.ts';
import { isEmptyWord, isStateEmoji } from './item-rules.ts';
import type { Section } from './section.ts';

/** Which bullets are tasks besides those below a heading that is a state and those with a status of their own. */
export interface Reach {
  /** Those with a mark of their own: `- ✅ Tune the bell`. */
  marked: boolean;
  /** As marks also `- done: Tune the bell` and `- Tune the bell ✅`, which notes are written like. */
  loose: boolean;
  /** Those below a line such as `**Done:**`. */
  labels: boolean;
  /** Of these sections those that an id leads, as one with a status does: beside `- TASK-2: Oil it — DONE` also `- TASK-3: Tune it`. */
  named: ReadonlySet<Section>;
}

/** `TASK-3: title`. */
export function isNamed({ id, title }: Head): boolean {
  return id?.strength === 'strong' && title !== id.id;
}

/** A bullet is a task below a state, or with a status of its own. */
export function isTask(text: string, section: Section, head: Head, reach: Reach): boolean {
  const { role, label, priority } = section;
  if (role === 'state' && (reach.labels || !label)) return !isEmptyWord(head.title);
  if (reach.named.has(section) && isNamed(head)) return true;
  if (head.status === null || head.title === '') return false;
  return !head.emojiOnly || (priority !== null && isStateEmoji(text, head));
}
