import { readBrief } from '../queue/brief.ts';
import type { EntryForm, Finding } from '../queue/document.ts';
import { keyOf } from '../queue/keys.ts';
import type { QueueReading } from '../queue/reading.ts';
import { newTaskRecord, type TaskRecord } from '../records/task.ts';
import { candidates } from './plan-claims.ts';

/** What stands in a queue, and what dispatching from it would mean. */
export interface Survey {
  entries: number;
  forms: Partial<Record<EntryForm, number>>;
  statuses: Record<string, number>;
  /** Pending entries that would get an id when they are claimed. */
  unnamed: number;
  /** The first that would be dispatched, best first; at most ten. */
  next: { task: string; title: string }[];
  /** What the queue could make this machine run, by line. */
  commands: { line: number; task: string; command: string }[];
  findings: Finding[];
}

const NEXT = 10;

/** Look at a queue that is perhaps not Robed's yet. Changes nothing. */
export async function surveyQueue(reading: QueueReading, now: number): Promise<Survey> {
  const { doc } = reading;
  const survey: Survey = {
    entries: doc.entries.length,
    forms: {},
    statuses: {},
    unnamed: 0,
    next: nextOf(reading, now),
    commands: [],
    findings: doc.findings,
  };
  for (const entry of doc.entries) {
    survey.forms[entry.form] = (survey.forms[entry.form] ?? 0) + 1;
    survey.statuses[entry.status] = (survey.statuses[entry.status] ?? 0) + 1;
    if (entry.status !== 'PENDING') continue;
    if (entry.id === null && doc.defaults.ids !== 'never') survey.unnamed += 1;
    const brief = await readBrief(doc, entry);
    if (brief.from !== null) continue;
    const task = entry.id ?? entry.title;
    for (const block of brief.blocks) {
      if (block.language !== 'sh' && block.language !== 'bash') continue;
      survey.commands.push({ line: block.line, task, command: block.code.trim() });
    }
    for (const command of brief.verify) survey.commands.push({ line: entry.line, task, command });
  }
  return survey;
}

/** By the same rules as dispatch, with records as they would be after a first reading. */
function nextOf(reading: QueueReading, now: number): Survey['next'] {
  const { doc } = reading;
  const tasks = new Map<string, TaskRecord>();
  for (const entry of doc.entries) {
    const key = keyOf(entry);
    tasks.set(key, newTaskRecord(key, entry.title, '', entry.status, now));
  }
  const { unreadable } = doc;
  const gate = {
    adopted: true,
    paused: doc.defaults.paused ?? false,
    readOnly: doc.readOnly,
    unreadable,
  };
  return candidates(reading, tasks, gate, now)
    .slice(0, NEXT)
    .map(({ key, entry }) => ({ task: key, title: entry.title }));
}
