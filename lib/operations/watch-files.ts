import { existsSync, type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { HousePaths } from '../houses/paths.ts';

/**
 * What a change may mean: `queue`: the queue's own file; `files`: triggers, reports, messages or a
 * displaced queue; `records`: somebody wrote to house.db; `settings`: house.yaml.
 */
export type Hint = 'queue' | 'files' | 'records' | 'settings';

export interface FileWatch {
  /** False once a watched folder was replaced by another, a new one appeared, or the queue leads elsewhere: watch anew. */
  isCurrent(): boolean;
  close(): Promise<void>;
}

/**
 * Watch a house's folders, not its files: a file that is replaced by a rename would be lost. The
 * house's own, where little happens, is watched by chokidar: its `raw` events, since it throttles
 * the others for 50 ms and tells no last one. The busy ones are watched by Node itself, for chokidar
 * lists a folder anew at each change in it. All of it is a hint: an overflow is silent, and the
 * reconcile every 30 s makes sure.
 */
export async function watchFiles(
  paths: HousePaths,
  tell: (hint: Hint) => void,
  failed: (error: unknown) => void,
): Promise<FileWatch> {
  const target = targetOf(paths);
  const folders = watchedFolders(paths, target);
  const hint = (folder: string, name: string | null) => {
    const meaning = meaningOf(paths, target, folder, name);
    if (meaning !== null) tell(meaning);
  };
  const busy: FSWatcher[] = [];
  const leave = () => {
    for (const watcher of busy) watcher.close();
  };
  let quiet: () => Promise<void>;
  try {
    for (const folder of folders.keys())
      if (folder !== paths.house)
        busy.push(watch(folder, (_event, name) => hint(folder, name)).on('error', failed));
    quiet = await watchHouse(paths.house, (name) => hint(paths.house, name), failed);
  } catch (error) {
    // A folder that has just gone, or no more watches to be had: those we have are given back.
    leave();
    throw error;
  }
  return {
    isCurrent() {
      if (targetOf(paths) !== target) return false;
      const now = watchedFolders(paths, target);
      return now.size === folders.size && [...now].every(([path, id]) => folders.get(path) === id);
    },
    close() {
      leave();
      return quiet();
    },
  };
}

/** Returns how to end it. */
async function watchHouse(
  house: string,
  tell: (name: string | null) => void,
  failed: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const chokidar = await import('chokidar');
  const watcher = chokidar.watch(house, {
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => path !== house,
  });
  watcher.on('raw', (_event, name) => tell(name));
  watcher.on('unlinkDir', () => tell(null));
  watcher.on('error', failed);
  const close = () => {
    // It leaves timers of a second behind, which would keep a process that is done.
    for (const actions of watcher._throttled.values()) {
      for (const { timeoutObject } of actions.values()) clearTimeout(timeoutObject);
    }
    return watcher.close();
  };
  try {
    // Where it can't begin it says so, and is never ready.
    await new Promise<void>((resolve, reject) =>
      watcher.once('ready', resolve).once('error', reject),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}

/** A queue that is a link is changed where it points to. */
const targetOf = ({ queue }: HousePaths): string =>
  existsSync(queue) ? realpathSync(queue) : queue;

/** Folders, and what tells one from another of its name: a new one may well get the number of the old. */
function watchedFolders(paths: HousePaths, target: string): Map<string, string> {
  const { house, home, queue, work, completed, inbox } = paths;
  const folders = new Map<string, string>();
  for (const path of [house, home, dirname(queue), dirname(target), work, completed, inbox]) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined) folders.set(path, `${found.dev}:${found.ino}:${found.birthtimeMs}`);
  }
  return folders;
}

function meaningOf(
  paths: HousePaths,
  target: string,
  folder: string,
  name: string | null,
): Hint | null {
  if (!name) return 'files';
  const base = basename(name);
  if (folder === paths.house) {
    if (base === basename(paths.settings)) return 'settings';
    if (isPlace(paths, join(folder, base))) return 'files';
    // In a founding layout the queue stands here too.
    if (dirname(paths.queue) !== folder) return null;
  }
  if (folder === paths.work || folder === paths.completed || folder === paths.inbox) {
    return base.startsWith('.') || base.endsWith('.tmp') ? null : 'files';
  }
  if (folder === paths.home && base.startsWith(basename(paths.database))) return 'records';
  if (folder === paths.home && base === basename(paths.inbox)) return 'files';
  // A displaced queue file, which an editor may still write into, is named after the queue.
  if (base === basename(paths.queue) || base === basename(target)) return 'queue';
  return base.endsWith('.robed-swap') ? 'files' : null;
}

function isPlace({ home, work, completed }: HousePaths, path: string): boolean {
  return path === home || path === work || path === completed;
}
