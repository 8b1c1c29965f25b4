import { join, resolve } from 'node:path';
import { safeName } from '../core/names.ts';

/** Where the parts of one house stand; all absolute. */
export interface HousePaths {
  house: string;
  settings: string;
  /** HERMES_HOME, 0700. */
  home: string;
  workspace: string;
  /** Robed's own logs, and the output of each run under `runs/<run>/`. */
  logs: string;
  queue: string;
  work: string;
  completed: string;
  archive: string;
  quarantine: string;
  history: string;
  database: string;
  /** Held by `robed start`, so that a house has one watcher. */
  watcherLock: string;
}

/** `queue` is relative to the house, or absolute. */
export function housePaths(house: string, queue = 'home/WORK-QUEUE.md'): HousePaths {
  const home = join(house, 'home');
  return {
    house,
    settings: join(house, 'house.yaml'),
    home,
    workspace: join(house, 'workspace'),
    logs: join(house, 'logs'),
    queue: resolve(house, queue),
    work: join(home, 'work'),
    completed: join(home, 'completed'),
    archive: join(home, 'archive'),
    quarantine: join(home, 'quarantine'),
    history: join(home, 'history'),
    database: join(home, 'house.db'),
    watcherLock: join(home, '.watcher'),
  };
}

export const triggerPath = (paths: HousePaths, task: string): string =>
  join(paths.work, `${safeName(task)}.active`);

export const reportPath = (paths: HousePaths, task: string): string =>
  join(paths.completed, `${safeName(task)}.txt`);

/** Where an earlier report of a task is kept. */
export const archivedReportPath = (paths: HousePaths, task: string, run: string): string =>
  join(paths.archive, safeName(task), `${safeName(run)}.txt`);

/** Output and scratch files of one run. */
export const runFolder = (paths: HousePaths, run: string): string =>
  join(paths.logs, 'runs', safeName(run));
