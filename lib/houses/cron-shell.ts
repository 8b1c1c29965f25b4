/** Shells that read what /bin/sh reads, by the names that systems have them under. */
const POSIX = /(?:^|\/)(?:sh|ash|dash|bash|ksh|ksh93|mksh|zsh)$/;

const SHELL = /^\s*(['"]?)SHELL\1\s*=\s*(['"]?)(.*?)\2\s*$/;

/** Whether the shell that cron takes for a line (1-based) reads a script for sh: crontab(5), SHELL. */
export function hasPosixShell(text: string, line: number): boolean {
  let shell = '/bin/sh';
  for (const above of text.split('\n').slice(0, line - 1)) shell = SHELL.exec(above)?.[3] ?? shell;
  return POSIX.test(shell);
}
