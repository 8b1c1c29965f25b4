import { EXIT, UserError } from '../core/errors.ts';
import { STATUSES } from '../core/status.ts';
import type { TextEdit } from '../core/text-edit.ts';
import type { QueueDocument, QueueEntry } from '../queue/document.ts';
import { assignId, setField, setPriority, setStatus, setTitle } from '../queue/edit.ts';
import { PRIORITY_LABELS, STATUS_LABELS } from '../queue/fields-scan.ts';
import { findEntry } from '../queue/find.ts';
import { normaliseLabel } from '../queue/labels.ts';
import { readPriority } from '../queue/priority.ts';
import { normaliseStatus } from '../queue/words.ts';

/** The edits that set `field` of the task that `reference` names. Throws UserError. */
export function fieldEdits(
  doc: QueueDocument,
  reference: string,
  field: string,
  value: string,
): TextEdit[] {
  const entry = findEntry(doc, reference);
  const label = normaliseLabel(field);
  if (STATUS_LABELS.has(label)) return statusEdits(doc, entry, value);
  if (PRIORITY_LABELS.has(label)) return setPriority(doc, entry, priorityOf(value));
  if (label === 'title') return setTitle(doc, entry, value);
  if (label === 'id') return assignId(doc, entry, value);
  return setField(doc, entry, field, value);
}

/** 0 is the most urgent. Throws UserError (usage). */
export function priorityOf(value: string): number {
  const priority = readPriority(value);
  if (priority !== null) return priority;
  throw new UserError(`expected a priority like P1 or high, found ${JSON.stringify(value)}`, {
    exitCode: EXIT.usage,
  });
}

/** Any word that means a status will do; what is written is the file's own. */
function statusEdits(doc: QueueDocument, entry: QueueEntry, value: string): TextEdit[] {
  const status = normaliseStatus(value);
  if (status !== 'UNKNOWN') return setStatus(doc, entry, status);
  const known = STATUSES.filter((name) => name !== 'UNKNOWN').join(', ');
  throw new UserError(`expected a status, found ${JSON.stringify(value)}`, {
    hint: `any word for one of these: ${known}`,
    exitCode: EXIT.usage,
  });
}
