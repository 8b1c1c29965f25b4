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
  /** Hermes' own files. */
  soul: string;
  config: string;
  /** Secrets, 0600. */
  env: string;
  startGateway: string;
  /** The shared codebase: a link, or a clone. */
  codebase: string;
  /** OPENCLAW_STATE_DIR. */
  robe: string;
  /** Messages from other houses, one file each, until they are read. */
  inbox: string;
  /** What progress-report wrote; a child's reports under `reports/<child>/`. */
  reports: string;
  heartbeat: string;
  /** Held by `robed start`, so that a house has one watcher. */
  watcherLock: string;
}

/** What of house.yaml says where things stand; relative to the house, or absolute. */
interface Places {
  queue: string;
  work: string;
  completed: string;
}

const USUAL: Places = {
  queue: 'home/WORK-QUEUE.md',
  work: 'home/work',
  completed: 'home/completed',
};

export function housePaths(house: string, given: Partial<Places> = {}): HousePaths {
  const places = { ...USUAL, ...given };
  const home = join(house, 'home');
  return {
    house,
    settings: join(house, 'house.yaml'),
    home,
    workspace: join(house, 'workspace'),
    logs: join(house, 'logs'),
    queue: resolve(house, places.queue),
    work: resolve(house, places.work),
    completed: resolve(house, places.completed),
    archive: join(home, 'archive'),
    quarantine: join(home, 'quarantine'),
    history: join(home, 'history'),
    database: join(home, 'house.db'),
    soul: join(home, 'SOUL.md'),
    config: join(home, 'config.yaml'),
    env: join(home, '.env'),
    startGateway: join(house, 'start-gateway.sh'),
    codebase: join(house, 'hermes-agent'),
    robe: join(house, 'robe'),
    inbox: join(home, 'inbox'),
    reports: join(home, 'reports'),
    heartbeat: join(home, 'heartbeat.json'),
    watcherLock: join(home, '.watcher'),
  };
}

/** The folders that every house has; what of them is taken away is made again. */
export const houseFolders = (paths: HousePaths): string[] => [
  paths.home,
  paths.work,
  paths.completed,
  paths.archive,
  paths.quarantine,
  paths.history,
  paths.logs,
  paths.workspace,
];

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

/** Scratch files of shells that wait for work, a folder each, named after who keeps it: `pid-start-n`. */
export const starterFolders = (paths: HousePaths): string => join(paths.logs, 'starters');
