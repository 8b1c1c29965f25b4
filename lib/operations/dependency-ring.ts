import { readFields } from '../queue/fields.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { TaskRecord } from '../records/task.ts';

/**
 * A ring of tasks that wait for each other, among those that `key` waits for: `[A, B, A]`. null where
 * there is none, or it is one task that names itself. Pure; each task is looked at once.
 */
export function findRing(
  key: string,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
): string[] | null {
  const { single } = reading.keyed;
  const byLower = new Map([...single.keys()].map((one) => [one.toLowerCase(), one]));
  const waitsFor = (one: string): string[] => {
    const entry = single.get(one);
    if (entry === undefined || tasks.get(one)?.status === 'COMPLETE') return [];
    return readFields(entry).dependsOn.flatMap((id) => {
      const other = single.has(id) ? id : byLower.get(id.toLowerCase());
      return other === undefined ? [] : [other];
    });
  };
  const path: string[] = [key];
  const left = [waitsFor(key)];
  const seen = new Set(path);
  while (path.length > 0) {
    const next = left.at(-1)?.shift();
    if (next === undefined) {
      path.pop();
      left.pop();
      continue;
    }
    const at = path.indexOf(next);
    if (at !== -1 && at < path.length - 1) return [...path.slice(at), next];
    if (seen.has(next)) continue;
    seen.add(next);
    path.push(next);
    left.push(waitsFor(next));
  }
  return null;
}

/** `A waits for B, B waits for A`, for a person. */
export function ringText(ring: readonly string[]): string {
  return ring
    .slice(1)
    .map((one, at) => `${ring[at]} waits for ${one}`)
    .join(', ');
}
