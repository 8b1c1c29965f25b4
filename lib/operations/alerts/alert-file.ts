import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { containedPath } from '../../platform/contained-path.ts';
import { readPlain } from '../../platform/plain-file.ts';

/** Folders of houses, of programs and of git; files of the household itself. */
const NOT_THERE = new Set(['wizards', 'retired', 'hermes-agent', '.git', 'robed.yaml']);
const DATABASE = /^household\.db/;

/** What every line begins with. */
const BEGINS = '{"version":';

/**
 * Where the alerts of `file: …` go; absolute. Never a file of a house or of the household, and never
 * on to what anybody else has written: a queue would be damaged by a line, a report forged.
 */
export function alertFile(root: string, file: string): { path: string } | { problem: string } {
  const inside = containedPath(root, file);
  if (!inside.ok) {
    return { problem: 'it must be a path inside the household, relative to its root' };
  }
  const top = realpathSync(root);
  const [first = ''] = relative(top, realPath(inside.path)).split(sep);
  if (NOT_THERE.has(first) || DATABASE.test(first)) {
    return { problem: `it must lie under logs/, or in a place of your own, not in ${first}` };
  }
  const { path } = inside;
  if (!lstatSync(path, { throwIfNoEntry: false })) return { path };
  const begins = readPlain(path, BEGINS.length);
  if (begins === null)
    return { problem: 'it must be a plain file; a folder, pipe or link is there' };
  // A full disk may have cut the first one short.
  if (BEGINS.startsWith(begins.toString())) return { path };
  return { problem: 'it must be empty or a file of alerts; what is there was written by others' };
}

/** Links on the way followed, as far as anything is there. */
function realPath(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })) return realpathSync(path);
  return join(realPath(dirname(path)), path.slice(dirname(path).length));
}
