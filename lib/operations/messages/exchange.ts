import type { QueueReading } from '../../queue/reading.ts';
import type { TaskRecord } from '../../records/task.ts';
import type { HouseContext } from '../context.ts';
import { queueGate } from '../gate.ts';
import { answerEnded } from './answer.ts';
import { askApprovals } from './ask-approval.ts';
import { decideHere } from './decide-here.ts';
import { heedSovereign } from './heed-sovereign.ts';
import { deliver } from './post.ts';
import { rebuildMessages } from './rebuild.ts';
import { takeInbox } from './take-in.ts';

/**
 * A tick's share in the post between houses, but for what is new in the inbox: that comes after the
 * claims, so that no flood of messages keeps this house from its work. True where something changed:
 * read again.
 */
export async function exchangeMessages(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): Promise<boolean> {
  if (rebuildMessages(context, reading, tasks)) return true;
  if (decideHere(context, tasks, tell)) return true;
  if (heedSovereign(context, reading, tasks, tell)) return true;
  if (await askApprovals(context, reading, tasks, tell)) return true;
  if (answerEnded(context, tasks, tell)) return true;
  return deliver(context, tell);
}

/** Take in what is new in the inbox. True where something changed: read again. */
export function takeIn(
  context: HouseContext,
  reading: QueueReading,
  tell: (action: string) => void,
): boolean {
  const gate = queueGate(context.house, reading.doc);
  return takeInbox(context, reading, gate.adopted && gate.readOnly === null, tell);
}
