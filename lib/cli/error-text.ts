import { EXIT, errorCode, UserError } from '../core/errors.ts';
import { terminalBlock } from './terminal-text.ts';

/** How an error is shown, and the exit code that it means. Only what nobody foresaw shows its stack. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  if (isSystemError(error)) {
    return { text: terminalBlock(`robed: ${error.message}\n`), exitCode: EXIT.failure };
  }
  const disk = diskTrouble(error);
  if (disk !== null) return { text: `robed: ${disk}\n`, exitCode: EXIT.failure };
  if (!(error instanceof UserError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      text: terminalBlock(`robed: unexpected error, please report it\n${text}\n`),
      exitCode: EXIT.failure,
    };
  }
  const lines = [`robed: ${error.message}`];
  if (error.file !== undefined) {
    lines.push(`  ${error.file}${error.line === undefined ? '' : `:${error.line}`}`);
  }
  if (error.hint !== undefined) lines.push(`  ${error.hint}`);
  return { text: terminalBlock(`${lines.join('\n')}\n`), exitCode: error.exitCode };
}

// https://www.sqlite.org/rescode.html, primary codes
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** What SQLite says of a disk that takes nothing more; null: it is something else. */
function diskTrouble(error: unknown): string | null {
  if (errorCode(error) !== 'ERR_SQLITE_ERROR') return null;
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  const told = [SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL].includes(code);
  return told
    ? `${(error as Error).message}: nothing was recorded\n  see whether the disk is full or read-only: df -h, df -i, mount`
    : null;
}

/** A full disk, a missing permission: the call and the path say it all. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && errorCode(error) !== undefined && 'syscall' in error;
}
