import type { DatabaseSync } from 'node:sqlite';
import { readRun } from '../../records/run-store.ts';
import { readTask } from '../../records/task-store.ts';
import type { HouseContext } from '../context.ts';
import type { HouseView, Need } from '../house-view.ts';
import type { WaitingTask } from './progress.ts';
import { firstLines } from './results.ts';
import { typedCommand } from './typed-command.ts';

/** What waits for a person, and what to type; what is blocked is told apart from it. */
export function whatWaits({ db, house }: HouseContext, { needsYou }: HouseView): WaitingTask[] {
  return needsYou
    .filter(({ code }) => code !== 'blocked' && code !== 'queue-unsettled')
    .map(({ code, task, message }) => ({
      code,
      task,
      title: (task !== null && readTask(db, task)?.title) || '',
      message: code === 'review' ? reviewed(db, task) : withoutCommand(message),
      commands: commandsFor({ code, task, message }).map((words) =>
        typedCommand(house.root, house.name, words),
      ),
      text: code === 'review' ? resultOf(db, task) : '',
    }));
}

/** What to type stands beside it. */
export const withoutCommand = (text: string): string =>
  text.replace(/[;:,]? `robed [^`]*`[^`]*$/, '');

function reviewed(db: DatabaseSync, key: string | null): string {
  const task = key === null ? null : readTask(db, key);
  if (task?.review !== 'after') {
    return withoutCommand(task?.reason ?? 'its run waits for approval');
  }
  return task.lastRun === null ? 'a decision is asked for' : 'its result waits for approval';
}

function resultOf(db: DatabaseSync, key: string | null): string {
  const task = key === null ? null : readTask(db, key);
  if (task?.review !== 'after' || task.lastRun === null) return '';
  return firstLines(readRun(db, task.lastRun)?.result?.text ?? '');
}

/** An unknown code is a conflict of a save with the record: seen, and settled. */
function commandsFor({ code, task }: Need): string[][] {
  switch (code) {
    case 'message':
      return [['inbox']];
    case 'gateway':
      return [['gateway', 'start']];
    case 'queue-missing':
    case 'queue-unreadable':
      return [['list']];
  }
  if (task === null) return [['settle']];
  switch (code) {
    case 'review':
      return [
        ['approve', task],
        ['reject', task, '--reason', '…'],
      ];
    case 'failed':
      return [
        ['show', task],
        ['retry', task],
      ];
    case 'suspect':
      return [['cancel', task]];
    default:
      return [['settle', task]];
  }
}
