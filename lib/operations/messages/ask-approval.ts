import { UserError } from '../../core/errors.ts';
import { transaction } from '../../platform/sqlite.ts';
import { readBrief } from '../../queue/brief.ts';
import { fitting, type Message, titleOf } from '../../queue/message.ts';
import type { QueueReading } from '../../queue/reading.ts';
import { readMessagesOf } from '../../records/message-store.ts';
import { readRun } from '../../records/run-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import type { HouseContext } from '../context.ts';
import { approvalHash } from '../plan-claim.ts';
import { post } from './post.ts';
import { sovereignOf } from './sovereign.ts';

/** Longest text of a task or report that goes along. */
const LENGTH = 12_000;

/** What an approval would be given to: these words, and of a result this run. */
interface Asked {
  textHash: string;
  run: string | null;
}

export function askedOf(reading: QueueReading, task: TaskRecord): Asked {
  const run = task.review === 'after' ? task.lastRun : null;
  return { textHash: approvalHash(reading, task.key), run };
}

/** Ask the sovereign about tasks that wait for approval, once for these words and this result. */
export async function askApprovals(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): Promise<boolean> {
  let asked = false;
  let sovereign: string | null = null;
  for (const task of tasks.values()) {
    if (task.status !== 'REVIEW') continue;
    sovereign ??= await sovereignOf(context);
    if (sovereign === null) return asked;
    if (!isUnasked(context, reading, task, sovereign)) continue;
    const message = await request(context, reading, task, sovereign);
    const about = { task: task.key, ...askedOf(reading, task) };
    transaction(context.db, () => post(context, message, about));
    tell(`${task.key}: ${sovereign} is asked for approval`);
    asked = true;
  }
  return asked;
}

/**
 * One that asks here itself goes no further: two houses could ask each other for ever. What another
 * sovereign was asked, this one was not.
 */
function isUnasked(
  { db }: HouseContext,
  reading: QueueReading,
  task: TaskRecord,
  sovereign: string,
): boolean {
  const entry = reading.keyed.single.get(task.key);
  if (entry === undefined || entry.fields.has('decides')) return false;
  const { textHash, run } = askedOf(reading, task);
  return !readMessagesOf(db, task.key).some(
    (one) =>
      one.direction === 'out' &&
      one.peer === sovereign &&
      one.textHash === textHash &&
      one.run === run,
  );
}

async function request(
  context: HouseContext,
  reading: QueueReading,
  task: TaskRecord,
  to: string,
): Promise<Omit<Message, 'id' | 'from' | 'sent'>> {
  const result = task.review === 'after' && task.lastRun !== null;
  const body = result
    ? [
        `${task.key} of ${context.house.name} is done, and its result waits: ${task.title}`,
        'An approval makes it COMPLETE; a rejection FAILED. Nothing more is run.',
        'What it reports:',
        reportOf(context, task),
      ]
    : [
        `${task.key} of ${context.house.name} waits before it runs: ${task.title}`,
        ...(await allowed(reading, task)),
        'The task as it stands there:',
        textOf(reading, task),
      ];
  return {
    to,
    type: 'approval',
    urgency: 'high',
    title: titleOf(result ? `Let the result count: ${task.title}` : `Let it be run: ${task.title}`),
    until: null,
    task: task.key,
    answers: null,
    status: null,
    body: fitting(body.filter((part) => part !== '').join('\n\n')),
  };
}

/** The commands that would run, as far as the task's words give any. */
async function allowed(reading: QueueReading, task: TaskRecord): Promise<string[]> {
  const entry = reading.keyed.single.get(task.key);
  if (entry === undefined) return [];
  try {
    const { blocks, verify, from } = await readBrief(reading.doc, entry);
    const commands = blocks.filter(({ language }) => ['sh', 'bash'].includes(language));
    if (from !== null || commands.length + verify.length === 0) {
      return ['An approval lets an agent do what it says. It gives no commands of its own.'];
    }
    return [
      'An approval lets that machine run:',
      ...commands.map(({ code }) => clip(code.replace(/^/gm, '    '))),
      ...verify.map((command) => `    ${command}    (the check afterwards)`),
    ];
  } catch (error) {
    if (error instanceof UserError) return [error.message];
    throw error;
  }
}

function textOf(reading: QueueReading, { key }: TaskRecord): string {
  const span = reading.keyed.single.get(key)?.span;
  return span === undefined ? '' : clip(reading.doc.text.slice(span.start, span.end).trimEnd());
}

function reportOf({ db }: HouseContext, task: TaskRecord): string {
  const text = task.lastRun === null ? '' : (readRun(db, task.lastRun)?.result?.text ?? '');
  return clip(text.trim());
}

const clip = (text: string): string => (text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text);
