import type { Changes, FileState, Version } from './version.ts';

type States = ReadonlyMap<string, FileState>;

export interface Base {
  /** The version that a save was most likely made from; null: no past version is known. */
  seq: number | null;
  /** What that version says, by task key. */
  states: States;
  /** How many statuses, texts and entries differ between it and the save. */
  distance: number;
  /**
   * Whether, for a task, some version that says `status` is at least as near as the base: then
   * the bytes can't tell a command from an old copy.
   */
  couldBeOld(key: string, status: string): boolean;
}

/**
 * Find the base of a save: the nearest of the past versions, the newest of equals. Walks back from
 * `head` by what each version changed, so the cost is that of the changes, not of the versions.
 */
export function findBase(save: States, head: States, versions: readonly Version[]): Base {
  const at = new Map(head);
  const differing = new Map<string, number>();
  let distance = 0;
  const measure = (key: string) => {
    const now = difference(save.get(key), at.get(key));
    distance += now - (differing.get(key) ?? 0);
    differing.set(key, now);
  };
  for (const key of new Set([...save.keys(), ...head.keys()])) measure(key);

  const newest = versions.at(-1);
  let best = { seq: newest?.seq ?? null, distance, steps: 0 };
  const nearestSaying = new Map<string, number>();
  const note = (key: string) => {
    const said = at.get(key)?.status;
    if (said === undefined || said !== save.get(key)?.status) return;
    const known = nearestSaying.get(key) ?? Number.POSITIVE_INFINITY;
    nearestSaying.set(key, Math.min(known, distance));
  };
  const suspects = [...save].filter(([key, s]) => head.get(key)?.status !== s.status);
  for (let i = versions.length - 1; i > 0; i--) {
    undo(at, versions[i]?.changes ?? {}, measure);
    if (distance < best.distance) {
      best = { seq: versions[i - 1]?.seq ?? null, distance, steps: versions.length - i };
    }
    for (const [key] of suspects) note(key);
  }

  const states = new Map(head);
  for (let i = 0; i < best.steps; i++)
    undo(states, versions[versions.length - 1 - i]?.changes ?? {});
  return {
    seq: best.seq,
    states,
    distance: best.distance,
    couldBeOld: (key, status) =>
      save.get(key)?.status === status &&
      (nearestSaying.get(key) ?? Number.POSITIVE_INFINITY) <= best.distance,
  };
}

function difference(a: FileState | undefined, b: FileState | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : 2;
  return Number(a.status !== b.status) + Number(a.text !== b.text);
}

function undo(states: Map<string, FileState>, changes: Changes, changed?: (key: string) => void) {
  for (const [key, change] of Object.entries(changes)) {
    const state = states.get(key);
    const status = change.status ? change.status[0] : (state?.status ?? null);
    const text = change.text ? change.text[0] : (state?.text ?? null);
    if (status === null || text === null) states.delete(key);
    else states.set(key, { status, text });
    changed?.(key);
  }
}
