import type { Status } from '../../core/status.ts';
import { transaction } from '../../platform/sqlite.ts';
import { fitting, type Message, PERSON, titleOf } from '../../queue/message.ts';
import { type MessageRecord, readMessagesIn, writeMessage } from '../../records/message-store.ts';
import { readRun } from '../../records/run-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import type { HouseContext } from '../context.ts';
import { post } from './post.ts';

/** So much of a report goes back; the whole stands in completed/. */
const REPORT_LENGTH = 2000;

/** A task that stands so waits for nobody but perhaps a person. */
const ENDS: ReadonlySet<Status> = new Set(['COMPLETE', 'FAILED', 'CANCELLED', 'BLOCKED']);

/** These may yet become something better, which is then told too. */
const UNHAPPY: ReadonlySet<string> = new Set(['FAILED', 'BLOCKED']);

/** Send back how the tasks ended that came by message; each end once. */
export function answerEnded(
  context: HouseContext,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const { db } = context;
  let answered = false;
  for (const request of readMessagesIn(db, 'in', 'open')) {
    const task = tasks.get(request.task ?? '');
    const end = task && request.type !== 'approval' ? endOf(task) : null;
    if (task === undefined || end === null || end === request.told) continue;
    transaction(db, () => {
      writeMessage(db, { ...request, told: end, state: UNHAPPY.has(end) ? 'open' : 'closed' });
      // What came from a person is read in the house itself.
      if (request.peer !== PERSON) sendAnswer(context, request, end, reportOf(context, task, end));
    });
    if (request.peer !== PERSON) tell(`${task.key}: ${end} is answered to ${request.peer}`);
    answered = true;
  }
  return answered;
}

/** In a transaction. */
export function sendAnswer(
  context: HouseContext,
  request: MessageRecord,
  status: string | null,
  body: string,
  run: string | null = null,
): MessageRecord {
  const message: Omit<Message, 'id' | 'from' | 'sent'> = {
    to: request.peer,
    type: 'answer',
    urgency: 'medium',
    title: titleOf(`${status === null ? 'Answer' : status}: ${request.title}`),
    until: null,
    task: request.task,
    answers: request.id,
    status,
    body: fitting(body),
  };
  return post(context, message, { task: request.task, run, textHash: null });
}

function endOf(task: TaskRecord): string | null {
  if (task.deletedAt !== null) return 'DELETED';
  return ENDS.has(task.status) ? task.status : null;
}

function reportOf({ db }: HouseContext, task: TaskRecord, end: string): string {
  const result = task.lastRun === null ? null : (readRun(db, task.lastRun)?.result ?? null);
  const text = task.byHand ? '' : (result?.text.trim() ?? '');
  const cut = text.length > REPORT_LENGTH ? `${text.slice(0, REPORT_LENGTH)}…` : text;
  return [`${task.key} is ${end}.`, task.reason ?? '', cut]
    .filter((part) => part !== '')
    .join('\n\n');
}
