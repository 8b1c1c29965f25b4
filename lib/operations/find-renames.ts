import type { FileState } from '../queue/version.ts';
import type { TaskRecord } from '../records/task.ts';

/** An entry that is gone and one that is new, with the same words: the person gave it another id, or moved it. */
export function findRenames(
  save: {
    states: ReadonlyMap<string, FileState>;
    duplicates: ReadonlySet<string>;
    titles: ReadonlyMap<string, string>;
  },
  head: ReadonlyMap<string, FileState>,
  tasks: ReadonlyMap<string, TaskRecord>,
  running: ReadonlySet<string>,
): Map<string, string> {
  const gone = new Map<string, string | null>();
  for (const [key, state] of head) {
    if (save.states.has(key) || running.has(key)) continue;
    const title = `${tasks.get(key)?.title}`;
    const words = key.startsWith('~') ? state.text : title;
    gone.set(words, gone.has(words) ? null : key);
  }
  const renames = new Map<string, string>();
  if (gone.size === 0) return renames;
  const taken = new Set<string>();
  for (const [key, state] of save.states) {
    if (tasks.has(key) || save.duplicates.has(key)) continue;
    const from = gone.get(state.text) ?? gone.get(save.titles.get(key) ?? '');
    // Another status under another id is another task: titles come back.
    if (from == null || taken.has(from) || head.get(from)?.status !== state.status) continue;
    taken.add(from);
    renames.set(from, key);
  }
  return renames;
}
