import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nativeFunction } from './native.ts';

/** Advice of madvise(2): take the pages away; what is read again comes from the file again. */
const MADV_DONTNEED = 4;

/** A mapping that is only read, its file, and how many of its kilobytes are no longer the file's: proc_pid_smaps(5). */
const MAPPING =
  /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \d+ +(\/.*)\n(?:\w+: .*\n)*?Anonymous: +(\d+) kB$/gm;

/**
 * Give the system what this process holds and does not need: garbage and the room it took, code
 * that was compiled and is not called, what malloc keeps, and on Linux the hold on Node's own
 * pages, which stay in the system's cache. A tenth of a second's work or less, for a process that
 * has come to rest.
 */
export async function giveBackMemory(): Promise<void> {
  await collectGarbage();
  nativeFunction('int malloc_trim(size_t pad)')?.(0);
  if (process.platform === 'linux') leaveProgramPages();
}

type Collect = (how: { type: 'major'; execution: 'async'; flavor: 'last-resort' }) => Promise<void>;

/** At once, and not a little more again and again while nothing happens, as V8 would of itself. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--memory-reducer-gc-count=0');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  await collect({ type: 'major', execution: 'async', flavor: 'last-resort' });
}

/** Only of the program itself, which is mapped as long as we live, and only what was never written to. */
function leaveProgramPages(): void {
  const advise = nativeFunction('int madvise(uintptr_t start, size_t length, int advice)');
  if (advise === null) return;
  const mappings = readFileSync('/proc/self/smaps', 'utf8').matchAll(MAPPING);
  for (const [, from = '', to = '', file, written] of mappings) {
    if (file !== process.execPath || written !== '0') continue;
    const start = Number.parseInt(from, 16);
    advise(start, Number.parseInt(to, 16) - start, MADV_DONTNEED);
  }
}
