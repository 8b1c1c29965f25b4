import { UserError } from '../core/errors.ts';
import type { TextEdit } from '../core/text-edit.ts';
import type { QueueEntry } from '../queue/document.ts';
import { setStatus } from '../queue/edit.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { TaskRecord } from '../records/task.ts';

export interface StatusEdits {
  edits: TextEdit[];
  /** `TASK-001: PENDING → IN_PROGRESS`, a line for each entry. */
  told: string[];
}

/**
 * The edits that bring the file's statuses to those of the records: all that change a token in its
 * place, or else one that does more (a block that moves shifts the places of others). Entries whose
 * file has no way to say the status are left. Pure.
 */
export function statusEdits(
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
): StatusEdits {
  const found: StatusEdits = { edits: [], told: [] };
  let alone: StatusEdits | null = null;
  for (const [key, entry] of reading.keyed.single) {
    const task = tasks.get(key);
    if (task === undefined || task.status === 'UNKNOWN' || task.status === entry.status) continue;
    const edits = editsFor(reading, entry, task);
    const told = `${key}: ${entry.status} → ${task.status}`;
    if (isInPlace(entry, edits)) {
      found.edits.push(...edits);
      found.told.push(told);
    } else if (edits.length > 0) alone ??= { edits, told: [told] };
  }
  return found.edits.length > 0 || alone === null ? found : alone;
}

function editsFor({ doc }: QueueReading, entry: QueueEntry, task: TaskRecord): TextEdit[] {
  try {
    return setStatus(doc, entry, task.status);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function isInPlace({ statusSpan }: QueueEntry, edits: TextEdit[]): boolean {
  const [edit, ...more] = edits;
  if (edit === undefined || more.length > 0 || statusSpan === null) return false;
  return edit.start >= statusSpan.start && edit.end <= statusSpan.end;
}
