import { transaction } from '../../platform/sqlite.ts';
import { readVersions } from '../../queue/history-store.ts';
import { PERSON } from '../../queue/message.ts';
import { readEvents, recordEvent } from '../../records/event-store.ts';
import {
  type Decision,
  type MessageRecord,
  readMessagesIn,
  writeMessage,
} from '../../records/message-store.ts';
import { agentWorked } from '../../records/run-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import { writeTask } from '../../records/task-store.ts';
import type { HouseContext } from '../context.ts';
import { historyOf } from '../kept-history.ts';
import { sendAnswer } from './answer.ts';

/**
 * What a person made of the approvals that were asked of this house: `robed approve`, `robed reject`,
 * or a word in the queue. Recorded here, where the house that asked reads it. The entry itself is
 * never run: set to PENDING it goes back to REVIEW.
 */
export function decideHere(
  context: HouseContext,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  let changed = false;
  for (const request of readMessagesIn(context.db, 'in', 'open')) {
    const task = tasks.get(request.task ?? '');
    if (request.type !== 'approval' || task === undefined) continue;
    if (decideOne(context, request, task, tell)) changed = true;
  }
  return changed;
}

function decideOne(
  context: HouseContext,
  request: MessageRecord,
  task: TaskRecord,
  tell: (action: string) => void,
): boolean {
  if (task.deletedAt !== null) {
    record(context, request, { approve: false, by: 'a person', reason: 'the entry was deleted' });
    tell(`${task.key}: rejected, since its entry was deleted`);
    return true;
  }
  switch (task.status) {
    case 'REVIEW':
      return task.review !== 'after' && askAgain(context, task, `${request.peer} asks`);
    case 'PENDING':
      tell(`${task.key}: back to REVIEW, there is nothing of it to run here`);
      return askAgain(context, task, `${request.peer} asks for a decision, not for the work`);
    case 'COMPLETE':
    case 'FAILED':
    case 'CANCELLED': {
      const last = lastWord(context, task);
      if (last.byHand && agentWasThere(context, task)) {
        tell(`${task.key}: back to REVIEW, since its status was typed while an agent was at work`);
        return askAgain(context, task, 'an agent was at work when its status was typed');
      }
      const approve = task.status === 'COMPLETE';
      const reason = approve ? '' : (task.reason ?? '');
      record(context, request, { approve, by: last.by, reason });
      tell(`${task.key}: ${approve ? 'approved' : 'rejected'} for ${request.peer}`);
      return true;
    }
    default:
      // Parked, in one way or another, by a person.
      return false;
  }
}

function record(context: HouseContext, request: MessageRecord, decision: Decision): void {
  const { db } = context;
  transaction(db, () => {
    writeMessage(db, { ...request, state: 'decided', decision });
    if (request.peer === PERSON) return;
    const said = decision.approve ? 'APPROVED' : 'REJECTED';
    sendAnswer(context, request, said, `${said} by ${decision.by}. ${decision.reason}`.trim());
  });
}

function askAgain(context: HouseContext, task: TaskRecord, reason: string): boolean {
  const { db, clock } = context;
  transaction(db, () => {
    writeTask(db, {
      ...task,
      status: 'REVIEW',
      review: 'after',
      byHand: false,
      held: false,
      finishedAt: null,
      reason,
    });
    if (task.status === 'REVIEW') return;
    recordEvent(db, clock.now(), {
      type: 'task.review',
      task: task.key,
      data: { phase: 'after', reason },
    });
  });
  return true;
}

const WORDS = new Set([
  'task.approved',
  'task.rejected',
  'task.completed',
  'task.failed',
  'task.cancelled',
]);

/** The newest word on it: a command names who gave it, a word in the queue nobody. */
function lastWord({ db }: HouseContext, task: TaskRecord): { by: string; byHand: boolean } {
  const events = readEvents(db, { task: task.key, last: 20 });
  const data = events.findLast(({ type }) => WORDS.has(type))?.data ?? {};
  const by = data['approvedBy'] ?? data['by'];
  if (by === 'person' || typeof by !== 'string') return { by: 'a person', byHand: by === 'person' };
  return { by, byHand: false };
}

/** Did an agent of this house work between the version before that word and the one with it? */
function agentWasThere(context: HouseContext, task: TaskRecord): boolean {
  const { db, clock } = context;
  const versions = readVersions(historyOf(context));
  const at = versions.findLastIndex(({ changes, by }) => by === 'person' && task.key in changes);
  return agentWorked(db, versions[at - 1]?.time ?? 0, versions[at]?.time ?? clock.now());
}
