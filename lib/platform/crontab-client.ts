import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { step } from './faults.ts';

/** The crontab of whoever asks; each byte one character (latin1). */
export interface CrontabClient {
  /** '' only where crontab(1) says in words that there is none. Throws UserError. */
  read(): string;
  /** Replaces it whole. Throws UserError where crontab(1) refuses it. */
  write(text: string): void;
}

/** What Vixie's, Debian's and macOS's crontab(1) say, and cronie's. */
const NONE = /^(?:crontab: )?no crontab for \S+\s*$/;

const TIMEOUT_MS = 30_000;

/** Through crontab(1), looked for on the PATH and in the system's own places. */
export function openCrontab(environment: NodeJS.ProcessEnv): CrontabClient {
  const program = findCrontab(environment['PATH']);
  const run = (argument: string, input: Buffer) => {
    const { status, stdout, stderr, error } = spawnSync(program, [argument], {
      input,
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
      // Its messages are read.
      env: { ...environment, LC_ALL: 'C' },
    });
    if (error) throw failed(argument, error.message, error);
    return { status, stdout, stderr: stderr.toString('utf8').trim() };
  };
  return {
    read() {
      const { status, stdout, stderr } = run('-l', Buffer.alloc(0));
      if (status === 0) return stdout.toString('latin1');
      if (stdout.length === 0 && NONE.test(stderr)) return '';
      throw failed('-l', stderr || `exit code ${status}`);
    },
    write(text) {
      step('crontab', program);
      const { status, stderr } = run('-', Buffer.from(text, 'latin1'));
      if (status !== 0) throw failed('-', stderr || `exit code ${status}`);
    },
  };
}

function findCrontab(path: string | undefined): string {
  for (const folder of [...(path ?? '').split(delimiter), '/usr/bin', '/bin']) {
    const program = join(folder, 'crontab');
    if (folder.startsWith('/') && existsSync(program)) return program;
  }
  throw new UserError('expected the program crontab, found none', {
    hint: 'install cron (on Debian: apt-get install cron), or use `robed systemd install`',
  });
}

function failed(argument: string, said: string, cause?: unknown): UserError {
  return new UserError(`\`crontab ${argument}\` failed: ${said}; nothing was written`, {
    hint: 'see whether `crontab -l` works for this user (cron.allow, cron.deny)',
    cause,
  });
}
