import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { HousePaths } from '../houses/paths.ts';

/**
 * What a change may mean: `files`: queue, triggers or reports; `records`: somebody wrote to
 * house.db; `settings`: house.yaml.
 */
export type Hint = 'files' | 'records' | 'settings';

export interface FileWatch {
  /** False once a watched folder was replaced by another, or a new one appeared: watch anew. */
  isCurrent(): boolean;
  close(): Promise<void>;
}

/**
 * Watch a house's folders, not its files: a file that is replaced by a rename would be lost, and
 * chokidar would drop changes to it (it throttles them for 50 ms and tells no last one). So its
 * `raw` events count, which come unthrottled from the folder itself and carry the name. All of it
 * is a hint: an overflow is silent, and the reconcile every 30 s makes sure.
 */
export async function watchFiles(
  paths: HousePaths,
  tell: (hint: Hint) => void,
  failed: (error: unknown) => void,
): Promise<FileWatch> {
  const { watch } = await import('chokidar');
  const folders = watchedFolders(paths);
  const watcher = watch([...folders.keys()], {
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => !folders.has(path),
  });
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { watchedPath?: string };
    const hint = meaningOf(paths, watchedPath ?? '', name);
    if (hint !== null) tell(hint);
  });
  watcher.on('unlinkDir', () => tell('files'));
  watcher.on('error', failed);
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    isCurrent() {
      const now = watchedFolders(paths);
      return now.size === folders.size && [...now].every(([path, id]) => folders.get(path) === id);
    },
    close() {
      // It leaves timers of a second behind, which would keep a process that is done.
      for (const actions of watcher._throttled.values()) {
        for (const { timeoutObject } of actions.values()) clearTimeout(timeoutObject);
      }
      return watcher.close();
    },
  };
}

/** Folders and their inodes; a queue that is a link is changed where it points to. */
function watchedFolders({ house, home, queue, work, completed }: HousePaths): Map<string, string> {
  const folders = new Map<string, string>();
  const target = existsSync(queue) ? dirname(realpathSync(queue)) : dirname(queue);
  for (const path of [house, home, dirname(queue), target, work, completed]) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined) folders.set(path, `${found.dev}:${found.ino}`);
  }
  return folders;
}

function meaningOf(paths: HousePaths, folder: string, name: string | null): Hint | null {
  if (!name) return 'files';
  const base = basename(name);
  if (folder === paths.house) {
    if (base === basename(paths.settings)) return 'settings';
    return base === basename(paths.home) ? 'files' : null;
  }
  if (folder === paths.work || folder === paths.completed) {
    return base.startsWith('.') || base.endsWith('.tmp') ? null : 'files';
  }
  if (folder === paths.home && base.startsWith(basename(paths.database))) return 'records';
  // A displaced queue file, which an editor may still write into, is named after the queue.
  return base === basename(paths.queue) || isQueueOf(paths, base) ? 'files' : null;
}

function isQueueOf(paths: HousePaths, base: string): boolean {
  if (base.endsWith('.robed-swap')) return true;
  return existsSync(paths.queue) && base === basename(realpathSync(paths.queue));
}
