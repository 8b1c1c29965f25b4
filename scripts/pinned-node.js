// Where the Node that `npm ci` brought is. Plain JavaScript that any Node since 12.22 can parse.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const WINDOWS = process.platform === 'win32';

/** Absolute path of the pinned Node, here or where this package is itself a dependency; else null. */
export function findPinnedNode(from) {
  const name = `node-${WINDOWS ? 'win' : process.platform}-${process.arch}`;
  for (let folder = from; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', name, 'bin', WINDOWS ? 'node.exe' : 'node');
    if (existsSync(node)) return node;
    if (folder === dirname(folder)) return null;
  }
}
