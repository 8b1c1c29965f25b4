import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../core/errors.ts';
import { singleQuoted } from '../../core/single-quoted.ts';
import { git } from '../../platform/git-client.ts';
import type { Probe } from '../../platform/probe.ts';

/** The house's own repository. */
export interface Repository {
  /** The work tree, which is the house; absolute. */
  folder: string;
  gitDir: string;
  /** How object ids are made. */
  format: 'sha1' | 'sha256';
  /** null: nothing was ever committed. */
  head: string | null;
}

/** Files in a .git that say that a person is in the middle of something. */
const UNDER_WAY: readonly (readonly [file: string, what: string])[] = [
  ['MERGE_HEAD', 'a merge'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
  ['BISECT_LOG', 'a bisect'],
];

/** More than this of an answer is not kept whole by the client. */
const OUTPUT_LIMIT = 900_000;

/**
 * The repository whose top is this house itself, with its .git a folder in it: never one that the
 * house merely stands in, nor one that a `.git` file leads to. Throws UserError (78), with the line
 * that makes one.
 */
export async function openRepository(house: string): Promise<Repository> {
  const folder = realpathSync(house);
  const place = singleQuoted(house);
  const init = `git init -b main ${place}`;
  const refuse = (found: string, hint = `${init} makes one`): UserError =>
    new UserError(`expected a git repository of this house's own, found ${found}`, {
      file: house,
      hint,
      exitCode: EXIT.config,
    });
  const gitDir = join(folder, '.git');
  if (!lstatSync(gitDir, { throwIfNoEntry: false })) throw refuse('none: a checkpoint goes there');
  if (!lstatSync(gitDir).isDirectory()) {
    const aside = `mv ${place}/.git ${place}/.git.elsewhere && ${init}`;
    throw refuse('a .git that leads elsewhere', `${aside}   (gives it one of its own)`);
  }
  const asked = ['--show-toplevel', '--absolute-git-dir', '--show-object-format'];
  const [top, found, format] = await ask(folder, ['rev-parse', ...asked]).catch((error: Error) => {
    if (/dubious ownership/.test(error.message)) {
      const trust = `git config --global --add safe.directory ${place}`;
      throw refuse(
        'one of another account',
        `${trust}   (or give the house to your account: chown -R)`,
      );
    }
    if (/not a git repository/.test(error.message)) throw refuse('a .git that is none');
    throw refuse(`one that git can't use: ${error.message}`, `git -C ${place} status   (says why)`);
  });
  if (found !== gitDir) throw refuse(`the repository of ${top}`);
  if (top !== folder) {
    const unset = `git -C ${place} config --unset core.worktree`;
    throw refuse(`one whose work tree is ${top}`, `${unset}   (makes it the house)`);
  }
  return {
    folder,
    gitDir,
    format: format === 'sha256' ? 'sha256' : 'sha1',
    head: await headOf(folder),
  };
}

/** Why nothing may be committed now; null: it may. Throws UserError (75) where another git is at work. */
export async function reasonToWait({ folder, gitDir }: Repository): Promise<string | null> {
  const [, what] = UNDER_WAY.find(([file]) => existsSync(join(gitDir, file))) ?? [];
  if (what !== undefined) return `${what} is under way`;
  const { exitCode, stdout } = await git(folder, ['symbolic-ref', '-q', 'HEAD']);
  const held = ['index', 'HEAD', ...(exitCode === 0 ? [stdout.trim()] : [])];
  const lock = held.map((name) => join(gitDir, `${name}.lock`)).find(existsSync);
  if (lock !== undefined) throw busy(lock);
  return exitCode === 0 ? null : 'no branch is checked out (`git switch` takes one)';
}

/** The answer of a git that has to succeed, line by line. Throws UserError with what git said. */
export async function ask(
  folder: string,
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string } = {},
): Promise<string[]> {
  return (await answer(folder, args, options)).trimEnd().split('\n');
}

/** The same as one text. */
export async function answer(
  folder: string,
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string } = {},
): Promise<string> {
  return told(folder, args, await git(folder, args, options));
}

/** What git said, whole. Throws UserError where it failed. */
export function told(folder: string, args: readonly string[], probe: Probe): string {
  if (probe.exitCode !== 0) throw failed(folder, args, probe);
  if (probe.stdout.length > OUTPUT_LIMIT) {
    throw new UserError(`git ${args[0]} said more than can be taken in`, { file: folder });
  }
  return probe.stdout;
}

/** Parts between NULs. */
export const parts = (text: string): string[] => text.split('\0').filter((part) => part !== '');

async function headOf(folder: string): Promise<string | null> {
  const probe = await git(folder, ['rev-parse', '-q', '--verify', 'HEAD^{commit}']);
  return probe.exitCode === 0 ? probe.stdout.trim() : null;
}

function failed(folder: string, args: readonly string[], probe: Probe): UserError {
  if (probe.code === 'ENOENT') {
    return new UserError('expected git, found no such program', { hint: 'install git' });
  }
  const locked = /Unable to create '([^']+\.lock)'/.exec(probe.stderr)?.[1];
  if (locked !== undefined) return busy(locked);
  const said = probe.stderr.trim().split('\n')[0] || `exit code ${probe.exitCode}`;
  return new UserError(`git ${args[0]}: ${said}`, { file: folder });
}

function busy(lock: string): UserError {
  return new UserError('another git is at work in this repository', {
    file: lock,
    hint: 'try again; where no git runs, a dead one left that file: remove it',
    exitCode: EXIT.busy,
  });
}
