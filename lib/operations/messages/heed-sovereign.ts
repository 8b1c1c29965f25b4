import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { houseNames } from '../../houses/household.ts';
import { housePaths } from '../../houses/paths.ts';
import { transaction } from '../../platform/sqlite.ts';
import type { QueueReading } from '../../queue/reading.ts';
import { openHouseDatabaseToRead } from '../../records/house-db.ts';
import {
  type Decision,
  type MessageRecord,
  readMessage,
  readMessagesIn,
  writeMessage,
} from '../../records/message-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import { carryOut } from '../carry-out.ts';
import type { HouseContext } from '../context.ts';
import { askedOf } from './ask-approval.ts';
import { post } from './post.ts';

/**
 * Carry out what the sovereign's person decided, where the task still waits with the words and the
 * result that were asked about; where it doesn't, take the question back. The decision is read from
 * the sovereign's own records: a file could be left here by anybody who works in this house.
 */
export function heedSovereign(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  let changed = false;
  for (const question of openQuestions(context)) {
    const task = tasks.get(question.task ?? '');
    if (task === undefined || !isStillAsked(reading, task, question)) {
      withdraw(context, question, task);
      tell(`${question.task}: ${question.peer} need not decide any more`);
      changed = true;
      continue;
    }
    const decision = decisionOf(context, question);
    if (decision === null) continue;
    if (decision === 'of other words') {
      // Without the hash it counts as never asked.
      withdraw(context, { ...question, textHash: null }, task);
      tell(`${task.key}: ${question.peer} was shown other words than were sent; it is asked anew`);
      return true;
    }
    decide(context, question, decision);
    tell(`${task.key}: ${decision.approve ? 'approved' : 'rejected'} by ${decision.by}`);
    // The records moved on: the rest is judged by what they say now.
    return true;
  }
  return changed;
}

function openQuestions({ db }: HouseContext): MessageRecord[] {
  return [...readMessagesIn(db, 'out', 'sent'), ...readMessagesIn(db, 'out', 'due')].filter(
    ({ textHash }) => textHash !== null,
  );
}

function isStillAsked(
  reading: QueueReading,
  task: TaskRecord,
  { textHash, run }: MessageRecord,
): boolean {
  if (task.status !== 'REVIEW' || task.deletedAt !== null) return false;
  const asked = askedOf(reading, task);
  return asked.textHash === textHash && asked.run === run;
}

function decide(context: HouseContext, question: MessageRecord, decision: Decision): void {
  const { db } = context;
  const by = `${decision.by} (${question.peer})`;
  const command = decision.approve
    ? ({ type: 'approve', by } as const)
    : ({ type: 'reject', by, reason: decision.reason || `rejected in ${question.peer}` } as const);
  transaction(db, () => {
    carryOut(context, question.task ?? '', command, { dryRun: false });
    writeMessage(db, { ...question, state: 'decided' });
  });
}

/** Somebody decided here, or the words changed: the other entry is closed with that word. */
function withdraw(
  context: HouseContext,
  question: MessageRecord,
  task: TaskRecord | undefined,
): void {
  const { db } = context;
  const status = outcomeOf(task);
  transaction(db, () => {
    writeMessage(db, { ...question, state: 'closed', content: null });
    if (question.state === 'due') return;
    post(
      context,
      {
        to: question.peer,
        type: 'answer',
        urgency: 'low',
        title: `${status}: ${question.title}`,
        until: null,
        task: question.task,
        answers: question.id,
        status,
        body: `${question.task} of ${context.house.name} is ${task?.status ?? 'gone'}.`,
      },
      { task: question.task, run: null, textHash: null },
    );
  });
}

function outcomeOf(task: TaskRecord | undefined): string {
  switch (task?.deletedAt === null ? task.status : undefined) {
    case 'COMPLETE':
    case 'PENDING':
    case 'IN_PROGRESS':
      return 'APPROVED';
    case 'REVIEW':
      return 'CHANGED';
    case undefined:
      return 'DELETED';
    default:
      return task?.status ?? 'DELETED';
  }
}

/** null while nobody decided, or where the other house can't be read. */
function decisionOf(
  { house }: HouseContext,
  question: MessageRecord,
): Decision | 'of other words' | null {
  if (!houseNames(house.root).includes(question.peer)) return null;
  const { database } = housePaths(join(house.root, 'wizards', question.peer));
  if (!existsSync(database)) return null;
  try {
    const db = openHouseDatabaseToRead(database);
    try {
      const theirs = readMessage(db, 'in', question.id);
      if (theirs?.peer !== house.name || theirs.state !== 'decided') return null;
      return theirs.shown === question.shown ? theirs.decision : 'of other words';
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
