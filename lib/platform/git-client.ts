import { step } from './faults.ts';
import { type Probe, runProbe } from './probe.ts';

interface GitOptions {
  /** Over the parent's environment, which loses its own GIT_ variables. */
  env?: Record<string, string>;
  /** Standard input, as for `--pathspec-from-file=-`; without it that is empty. */
  input?: string;
  /** Milliseconds. */
  timeout?: number;
  /** The repository's own word on when it is packed holds. */
  packs?: boolean;
}

/** What of a repository's own settings would run a program, or ask a person, for a command of ours. */
const QUIET = [
  ...['-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'commit.gpgSign=false'],
  ...['-c', 'tag.gpgSign=false'],
];

/** Nor does one command of several begin to pack, in the background, what the next one needs. */
const NO_PACKING = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

const MINUTE = 60_000;

/**
 * One git command in `folder`: no hooks, no signing, no pager, no question, whatever the
 * repository says, and no GIT_DIR of the parent's. Never throws for what git does: `code` is
 * `ENOENT` where there is no git, or no such folder.
 */
export function git(
  folder: string,
  args: readonly string[],
  { env = {}, input, timeout = MINUTE, packs = false }: GitOptions = {},
): Promise<Probe> {
  step('git', folder);
  return runProbe(['git', ...QUIET, ...(packs ? [] : NO_PACKING), ...args], {
    cwd: folder,
    timeout,
    env: { ...gitEnvironment(process.env), ...env },
    ...(input !== undefined && { input }),
  });
}

function gitEnvironment(parent: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && !name.startsWith('GIT_')) environment[name] = value;
  }
  return {
    ...environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
  };
}
