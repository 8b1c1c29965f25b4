import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The absolute path of an executable: looked up in `path` where it is a bare name, relative to
 * `root` where it has a slash, in the home folder after `~/`. Null where there is none.
 */
export function findProgram(name: string, path: string | undefined, root: string): string | null {
  if (name.startsWith('~/')) return executable(join(homedir(), name.slice(2)));
  if (isAbsolute(name) || name.includes('/')) return executable(resolve(root, name));
  for (const folder of (path ?? '').split(delimiter)) {
    const found = isAbsolute(folder) ? executable(join(folder, name)) : null;
    if (found !== null) return found;
  }
  return null;
}

function executable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}
