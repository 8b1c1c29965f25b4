import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve, sep } from 'node:path';
import { errorCode } from '../core/errors.ts';

export type ContainedPath = { ok: true; path: string } | { ok: false; reason: string };

/**
 * Where `relative`, a path that somebody wrote, lies below `root`; refused where it leaves, also
 * through a symlink that is there now. The file itself need not exist. True at this moment only:
 * ask again before use.
 */
export function containedPath(root: string, relative: string): ContainedPath {
  if (relative.includes('\0')) return refuse('it holds a NUL character');
  if (isAbsolute(relative)) return refuse('it is absolute, and must be relative to the workspace');
  const normal = normalize(relative).replace(/\/+$/, '');
  if (relative.trim() === '' || normal === '.') return refuse('it names no file');
  if (normal === '..' || normal.startsWith(`..${sep}`))
    return refuse('it leads out of the workspace');
  const path = resolve(root, normal);
  // Below a folder that is not there yet nothing can lead anywhere.
  if (!lstatSync(root, { throwIfNoEntry: false })) return { ok: true, path };
  try {
    const top = realpathSync(root);
    const real = realpathSync(deepestExisting(path));
    if (real !== top && !real.startsWith(join(top, sep))) {
      return refuse('a symbolic link on the way leads out of the workspace');
    }
    return { ok: true, path };
  } catch (error) {
    return refuse(`it can't be followed (${errorCode(error) ?? String(error)})`);
  }
}

/** A link counts as existing even where its target does not: writing through it would make that. */
function deepestExisting(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })) return path;
  return deepestExisting(dirname(path));
}

function refuse(reason: string): ContainedPath {
  return { ok: false, reason };
}
