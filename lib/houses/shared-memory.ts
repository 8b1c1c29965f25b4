import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readPlain } from '../platform/plain-file.ts';
import { housePaths } from './paths.ts';

/** Two or more houses that come to the same folder or file. */
export interface SharedMemory {
  wizards: string[];
  /** What they share, as the first of them names it; absolute. */
  path: string;
}

/** Of HERMES_HOME, what a wizard remembers itself by. */
const MEMORY = ['', 'memories', 'memories/MEMORY.md', 'memories/USER.md', 'state.db', 'sessions'];

const START_BYTES = 64 * 1024;

/**
 * Houses whose memories are one: told by the inode that a home or a memory file comes to, links
 * followed, also of a HERMES_HOME that start-gateway.sh names. Outermost first, each set once.
 */
export function sharedMemory(root: string): SharedMemory[] {
  const holders = new Map<string, { wizards: Set<string>; path: string }>();
  for (const wizard of folders(join(root, 'wizards'))) {
    for (const path of memoriesOf(join(root, 'wizards', wizard))) {
      const found = statSync(path, { throwIfNoEntry: false, bigint: true });
      if (!found) continue;
      const key = `${found.dev}:${found.ino}`;
      const holder = holders.get(key) ?? { wizards: new Set(), path };
      holder.wizards.add(wizard);
      holders.set(key, holder);
    }
  }
  const told = new Set<string>();
  const shared: SharedMemory[] = [];
  for (const { wizards, path } of holders.values()) {
    const names = [...wizards];
    if (names.length < 2 || told.has(names.join(' '))) continue;
    told.add(names.join(' '));
    shared.push({ wizards: names, path });
  }
  return shared;
}

function memoriesOf(house: string): string[] {
  const { home, startGateway } = housePaths(house);
  const homes = [home, namedHome(startGateway)].filter((path) => path !== null);
  return homes.flatMap((path) => MEMORY.map((name) => join(path, name)));
}

/** The HERMES_HOME that a start script exports as an absolute path; null where it is made up at run time. */
function namedHome(script: string): string | null {
  const text = readPlain(script, START_BYTES)?.toString('utf8') ?? '';
  return /^\s*(?:export\s+)?HERMES_HOME=(["']?)(\/[^"'$`\n]*?)\1\s*$/m.exec(text)?.[2] ?? null;
}

function folders(wizards: string): string[] {
  return readdirSync(wizards)
    .filter((name) => !name.startsWith('.'))
    .filter((name) => lstatSync(join(wizards, name)).isDirectory())
    .sort();
}
