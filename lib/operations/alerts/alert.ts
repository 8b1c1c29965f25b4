import { hostname } from 'node:os';
import type { RecordedEvent } from '../../records/event.ts';
import { plainLine } from './plain-line.ts';

/** What a sink is told, and what a program gets as JSON. No secret and no text of several lines. */
export interface Alert {
  version: 1;
  /** ISO 8601. */
  time: string;
  /** The event's type; `test` for one sent by hand. */
  type: string;
  /** The machine that it comes from. */
  host: string;
  /** null: it is about the household. */
  wizard: string | null;
  task: string | null;
  /** One line for people. */
  message: string;
  /** The same happened so many times more since it was last told. */
  more: number;
}

/** Events that are told where a sink names none. */
const WEIGHTY: ReadonlySet<string> = new Set([
  'task.blocked',
  'task.review',
  'service.down',
  'service.given_up',
  'gateway.failed',
  'agent.idle',
  'queue.unreadable',
  'queue.conflict',
  'system.error',
]);

/** Kinds of messages between houses that wait for somebody's word. */
const FOR_A_PERSON: ReadonlySet<string> = new Set(['decision', 'approval', 'alert']);

/** `service.` names every type that begins so. */
export function isWanted(event: RecordedEvent, events: readonly string[] | undefined): boolean {
  if (events === undefined) return isWeighty(event);
  return events.some((name) =>
    name.endsWith('.') ? event.type.startsWith(name) : event.type === name,
  );
}

/** A failure that is tried again tells nobody anything; one that stays so does. */
export function isWeighty({ type, data }: RecordedEvent): boolean {
  if (type === 'task.failed') return data['final'] === true;
  // A finding of self-monitor; other warnings are about one run, and stand in the log.
  if (type === 'system.warning') return data['code'] !== undefined;
  if (type === 'message.received') return FOR_A_PERSON.has(String(data['kind']));
  return WEIGHTY.has(type);
}

/** The same thing has the same key, however often it happens. */
export function alertKey(wizard: string | null, event: RecordedEvent): string {
  const { type, task, data } = event;
  const subject = task ?? [data['service'], data['gateway'], data['code'], data['subject']];
  // What a house says is its own: another's, or other words, are not held back for it.
  if (task === null && type === 'message.received') {
    return JSON.stringify([type, wizard, data['from'], data['title']]);
  }
  return JSON.stringify([type, wizard, subject]);
}

/** `title`: what the task is called, where the records still know. */
export function alertOf(
  wizard: string | null,
  event: RecordedEvent,
  { title, more }: { title: string | null; more: number },
): Alert {
  const host = hostname();
  const what = `${wizard ?? host}: ${sentence(event, title)}`;
  return {
    version: 1,
    time: new Date(event.time).toISOString(),
    type: event.type,
    host,
    wizard,
    task: event.task,
    message: plainLine(more > 0 ? `${what} (and ${more} more since)` : what),
    more,
  };
}

function sentence({ type, task, data }: RecordedEvent, title: string | null): string {
  const about = task === null ? '' : `${task}${title ? ` “${title}”` : ''}`;
  const why = wordsOf(data);
  switch (type) {
    case 'task.failed':
      return `${about} failed and stays so${why}`;
    case 'task.blocked':
      return `${about} is blocked${why}`;
    case 'task.review':
      return `${about} waits for approval (robed approve ${task})${why}`;
    case 'service.down':
      return `${data['service']} is down${why}`;
    case 'service.given_up':
      return `${data['service']} stays down after ${data['restarts']} restarts; a person is needed${why}`;
    case 'service.up':
      return `${data['service']} is up again${why}`;
    case 'message.received':
      return `${data['from']} asks (${data['kind']}): ${data['title']}`;
    case 'gateway.failed':
      return `${data['gateway']}: its gateway could not be brought up${why}`;
    case 'agent.idle':
      return `does nothing${why}`;
    case 'system.warning':
    case 'system.error':
      return `${about === '' ? '' : `${about}: `}${why.slice(2)}`;
    default:
      return `${about === '' ? '' : `${about}: `}${type.replace('.', ' ').replace('_', ' ')}${why}`;
  }
}

/** What an event says in words, under whichever name. */
function wordsOf(data: Record<string, unknown>): string {
  for (const name of ['reason', 'message', 'detail', 'question']) {
    const value = data[name];
    if (typeof value === 'string' && value !== '') return `: ${value}`;
  }
  return '';
}
