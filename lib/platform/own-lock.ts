import { readFileSync, statSync } from 'node:fs';

/** The byte of the -shm file that a writer locks: https://www.sqlite.org/walformat.html, "WAL Locks". */
const WRITE_LOCK = 120;

/**
 * Does this process itself hold the write lock of the WAL database at `path`? Outside of a transaction
 * that is one that could not be let go, and lasts as long as the process. False where nothing tells
 * (proc_locks(5), Linux).
 */
export function holdsWriteLock(path: string): boolean {
  try {
    const { ino } = statSync(`${path}-shm`);
    const held = `POSIX +ADVISORY +WRITE +${process.pid} +\\S+:${ino} ${WRITE_LOCK} `;
    return new RegExp(held).test(readFileSync('/proc/locks', 'utf8'));
  } catch {
    return false;
  }
}
