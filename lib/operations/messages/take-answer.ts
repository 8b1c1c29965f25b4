import { transaction } from '../../platform/sqlite.ts';
import type { Message } from '../../queue/message.ts';
import { recordEvent } from '../../records/event-store.ts';
import { type MessageRecord, readMessage, writeMessage } from '../../records/message-store.ts';
import { readTask, writeTask } from '../../records/task-store.ts';
import type { HouseContext } from '../context.ts';
import { received } from './received.ts';

/**
 * Record an answer, and link it with what was asked. It never becomes a task and is never answered,
 * so that two houses can't talk for ever. One about an approval that was asked of this house closes
 * it: who asked has its decision already.
 */
export function takeAnswer(context: HouseContext, message: Message): void {
  const { db, clock } = context;
  const { id, from, answers, status, title } = message;
  transaction(db, () => {
    const asked = ofPeer(readMessage(db, 'out', answers ?? ''), from);
    const request = ofPeer(readMessage(db, 'in', answers ?? ''), from);
    // What became of an approval stands in the task itself; its answer is for the record.
    const quiet = asked?.textHash != null || request?.type === 'approval';
    received(context, message, { state: quiet ? 'read' : 'unread', task: asked?.task ?? null });
    recordEvent(db, clock.now(), {
      type: 'message.answered',
      task: asked?.task ?? undefined,
      run: asked?.run ?? undefined,
      data: { message: id, answers, from, status, title },
    });
    if (asked?.state === 'sent' && asked.textHash === null) {
      writeMessage(db, { ...asked, state: 'answered' });
    }
    if (request?.type === 'approval' && request.state === 'open') close(context, request, message);
  });
}

const ofPeer = (message: MessageRecord | null, peer: string): MessageRecord | null =>
  message?.peer === peer ? message : null;

function close(context: HouseContext, request: MessageRecord, answer: Message): void {
  const { db, clock } = context;
  writeMessage(db, { ...request, state: 'closed' });
  const task = request.task === null ? null : readTask(db, request.task);
  if (task?.status !== 'REVIEW') return;
  const now = clock.now();
  const done = answer.status === 'APPROVED';
  const reason = `decided in ${answer.from}: ${answer.status ?? 'it asks no longer'}`;
  writeTask(db, {
    ...task,
    status: done ? 'COMPLETE' : 'CANCELLED',
    review: null,
    reason,
    finishedAt: now,
  });
  recordEvent(db, now, {
    type: done ? 'task.completed' : 'task.cancelled',
    task: task.key,
    data: { by: answer.from, reason },
  });
}
