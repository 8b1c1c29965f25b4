import type { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '../../records/event.ts';
import type { RunRecord } from '../../records/run.ts';
import { readRun } from '../../records/run-store.ts';
import { readTask } from '../../records/task-store.ts';
import { durationOf } from './figures.ts';
import type { DoneTask, FailedTask } from './progress.ts';

/** Lines of a report that are shown of what was done, and of what went wrong. */
const FIRST = 6;
const LAST = 10;
const WIDTH = 300;

/** Each completion that the events tell of, oldest first. */
export function doneTasks(db: DatabaseSync, events: readonly RecordedEvent[]): DoneTask[] {
  return events
    .filter(({ type, task }) => type === 'task.completed' && task !== null)
    .map(({ task, run: name, time, data }) => {
      const run = name === null ? null : readRun(db, name);
      const approved = data['approvedBy'];
      return {
        task: task ?? '',
        title: titleOf(db, task ?? ''),
        run: name,
        body: run?.body ?? null,
        attempt: run?.attempt ?? null,
        duration: run && durationOf(run),
        by: data['by'] === 'person' ? 'a person' : approved === undefined ? null : String(approved),
        text: firstLines(run?.result?.text ?? ''),
        artifacts: (run?.result?.artifacts ?? []).map(({ path, bytes }) => ({ path, bytes })),
        at: time,
      };
    });
}

/** The tasks that failed and were not done since, each by its latest failure. */
export function failedTasks(db: DatabaseSync, events: readonly RecordedEvent[]): FailedTask[] {
  const failed = new Map<string, FailedTask>();
  for (const { type, task, run: name, attempt, time, data } of events) {
    if (task === null) continue;
    if (type === 'task.completed' || type === 'task.review') failed.delete(task);
    if (type !== 'task.failed' && type !== 'task.rejected') continue;
    const run = name === null ? null : readRun(db, name);
    failed.delete(task);
    failed.set(task, {
      task,
      title: titleOf(db, task),
      run: name,
      attempt,
      duration: run && durationOf(run),
      reason: said(data) || (data['by'] === 'person' ? 'set by a person' : ''),
      final: data['final'] !== false,
      text: run ? lastWords(run) : '',
      at: time,
    });
  }
  return [...failed.values()];
}

/** What a run said first: a report says first what came of it. */
export const firstLines = (text: string): string => {
  const lines = linesOf(text);
  return [...lines.slice(0, FIRST), ...(lines.length > FIRST ? ['…'] : [])].join('\n');
};

export function titleOf(db: DatabaseSync, task: string): string {
  return readTask(db, task)?.title ?? '';
}

/** What it said last, and what the checks that failed said. */
function lastWords({ result }: RunRecord): string {
  const checks = (result?.verify ?? []).filter(({ passed }) => !passed);
  return [
    ...lastLines(result?.text ?? ''),
    ...checks.flatMap(({ command, exit, output }) => [
      `$ ${clip(command)}   (exit ${exit ?? 'by signal'})`,
      ...lastLines(output),
    ]),
  ].join('\n');
}

function lastLines(text: string): string[] {
  const lines = linesOf(text);
  return [...(lines.length > LAST ? ['…'] : []), ...lines.slice(-LAST)];
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => clip(line.trimEnd()))
    .filter((line) => line !== '');

const clip = (line: string): string => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line);

const said = ({ reason, message }: Record<string, unknown>): string =>
  String(reason ?? message ?? '');
