import { EXIT, errorCode, UserError } from '../core/errors.ts';
import { terminalBlock } from './terminal-text.ts';

/** How an error is shown, and the exit code that it means. Only what nobody foresaw shows its stack. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  if (isSystemError(error)) {
    return { text: terminalBlock(`robed: ${error.message}\n`), exitCode: EXIT.failure };
  }
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

/** A full disk, a missing permission: the call and the path say it all. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && errorCode(error) !== undefined && 'syscall' in error;
}
