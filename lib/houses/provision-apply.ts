import { lstatSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { createExclusive } from '../platform/atomic-write.ts';
import { containedPath } from '../platform/contained-path.ts';
import { step as mutation } from '../platform/faults.ts';
import {
  ensureDirectory,
  fsyncDirectory,
  moveFile,
  removeIfExists,
  removeTree,
} from '../platform/files.ts';
import { git } from '../platform/git-client.ts';
import { setMode } from '../platform/permissions.ts';
import type { Step } from './provision.ts';

/** A clone over a slow line. */
const CLONE_MS = 15 * 60_000;

/**
 * Carry out one step: whole, or not at all, so that after a crash the next plan begins where this
 * one ended. What has come to stand in its place meanwhile is left alone. Throws UserError.
 */
export async function applyStep(root: string, step: Step): Promise<void> {
  checkContained(root, step.path);
  switch (step.type) {
    case 'folder':
      return ensureDirectory(step.path, step.mode);
    case 'file':
      createExclusive(step.path, step.content, { mode: step.mode });
      return;
    case 'link':
      return link(step.path, step.target);
    case 'clone':
      return clone(step.path, step.url);
    case 'remove':
      removeIfExists(step.path);
      return fsyncDirectory(dirname(step.path));
    case 'repository':
      return makeRepository(step.path, step.files);
  }
}

/** A home that is a link to somewhere else is somebody else's: two houses would share it. */
function checkContained(root: string, path: string): void {
  const contained = containedPath(root, relative(root, path));
  // The link itself is what is being made, and may lead anywhere.
  if (contained.ok) return;
  throw new UserError(`expected ${path} to lie in the household, but a link on the way leads out`, {
    hint: 'a house has its home to itself: put a folder where the link is',
    exitCode: EXIT.config,
  });
}

function link(path: string, target: string): void {
  mutation('symlink', path);
  symlinkSync(target, path);
  fsyncDirectory(dirname(path));
}

async function clone(path: string, url: string): Promise<void> {
  const unfinished = join(dirname(path), '.hermes-agent.cloning');
  removeTree(unfinished);
  const { exitCode, stderr, timedOut } = await git(
    dirname(path),
    ['clone', '--quiet', '--', url, unfinished],
    { timeout: CLONE_MS },
  );
  if (exitCode !== 0) {
    removeTree(unfinished);
    const said = stderr.trim().split('\n');
    // What follows its first word is advice.
    const fatal = said.find((line) => line.startsWith('fatal: ')) ?? said.at(-1) ?? '';
    const why = timedOut ? 'it took too long' : fatal;
    throw new UserError(`could not clone ${url}: ${why}`, {
      hint: 'run the same command again once that is mended; what is there stays',
    });
  }
  moveFile(unfinished, path);
}

/** Where git knows nobody, so that a first commit never asks a person who they are. */
const NOBODY = ['-c', 'user.name=Robed', '-c', 'user.email=robed@localhost'];

/** Made beside its place, and moved there whole: a git that is killed leaves locks, at which the next one fails. */
async function makeRepository(folder: string, files: readonly string[]): Promise<void> {
  const place = join(folder, '.git');
  const unfinished = join(folder, '.git.making');
  removeTree(unfinished);
  // One that stands there without a commit is a person's.
  const stands = lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  const where = stands ? [] : [`--git-dir=${unfinished}`, `--work-tree=${folder}`];
  const must = async (args: string[]) => {
    const { exitCode, stderr } = await git(folder, args);
    if (exitCode === 0) return;
    throw new UserError(`git ${args.find((word) => /^[a-z]+$/.test(word))} failed in ${folder}`, {
      hint: stderr.trim().split('\n').at(-1) ?? '',
    });
  };
  if (!stands) {
    const init = ['init', '--quiet', '--template=', '--bare', unfinished];
    await must(['-c', 'init.defaultBranch=main', ...init]);
    await must([`--git-dir=${unfinished}`, 'config', 'core.bare', 'false']);
  }
  // It will hold copies of what lies in the home.
  setMode(stands ? place : unfinished, 0o700);
  const asked = ['-c', 'user.useConfigOnly=true', 'var', 'GIT_AUTHOR_IDENT'];
  const known = await git(folder, [...where, ...asked]);
  const who = known.exitCode === 0 ? [] : NOBODY;
  await must([...where, 'add', '--', ...files]);
  await must([...where, ...who, 'commit', '--quiet', '-m', 'Found the house', '--', ...files]);
  if (!stands) moveFile(unfinished, place);
}
