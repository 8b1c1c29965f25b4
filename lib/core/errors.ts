/** Exit codes, as documented in docs/commands.md (sysexits.h where one fits). */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  busy: 75,
  config: 78,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface UserErrorOptions {
  /** What to do about it, one sentence. */
  hint?: string;
  exitCode?: ExitCode;
  /** Where the trouble is, shown as `file:line`. */
  file?: string;
  line?: number;
  cause?: unknown;
}

/**
 * An error that the person at the keyboard can mend: says what was expected, what was found and
 * where. Shown without a stack; every other error shows its stack.
 */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.failure;
    this.file = options.file;
    this.line = options.line;
  }
}

/** The `code` of a Node system error (`ENOENT`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
