import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { abandoned } from '../../lib/platform/temp-files.ts';
import { withoutChance } from './settled-state.ts';
import { placesOf, readTree } from './snapshots.ts';
import type { Violation } from './tally.ts';

/** What has this in its name is a person's: it stays as it is, wherever its folder goes. */
export const THEIRS = 'theirs';

/** Written by nobody but programs, each in its own way; and locks, which a dead holder leaves to the next. */
const OPAQUE =
  /\.git\/|\.db(-wal|-shm)?$|heartbeat\.json$|logs\/crontab\.|\.(lock|holder|guard|guard-journal)$/;

/** A household, but for what is drawn by chance: a line for each of its files and for each that is committed. */
export function treeLines(root: string): string[] {
  const lines: string[] = [];
  const places = placesOf(root);
  for (const { path, mode, content } of readTree(root)) {
    if (path.endsWith('.git')) lines.push(...committed(join(root, path, '..'), path));
    if (OPAQUE.test(path)) continue;
    let text = content === null ? '' : String(content);
    for (const place of places) text = text.replaceAll(place, '');
    lines.push(`${withoutChance(path)} ${mode.toString(8)} ${hashOf(withoutChance(text))}`);
  }
  return lines.sort();
}

function committed(folder: string, path: string): string[] {
  const { stdout } = git(folder, 'ls-tree', '-r', '--name-only', 'HEAD');
  const staged = git(folder, 'diff', '--cached', '--name-status').stdout;
  return [...stdout.split('\n'), ...staged.split('\n')].map((line) => `${path}: ${line}`);
}

/** By name: what a person's files say, and what of them is in git's index. */
export function theirFiles(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { path, content } of readTree(root)) {
    const name = path.split('/').at(-1) ?? '';
    if (name.startsWith(THEIRS) && !path.includes('.git/')) found[name] = String(content);
  }
  return found;
}

/** A person's files say what they said; nothing half-made lies about; every repository is whole. */
export function checkHousehold(root: string, theirs: Record<string, string>): Violation[] {
  const violations: Violation[] = [];
  const now = theirFiles(root);
  for (const [name, text] of Object.entries(theirs)) {
    if (now[name] !== text) violations.push({ harm: 'lost', what: `${name} says ${now[name]}` });
  }
  for (const { path, content } of readTree(root)) {
    if (path.endsWith('.git')) {
      const { status, stderr } = git(join(root, path, '..'), 'fsck', '--strict', '--no-dangling');
      if (status !== 0) violations.push({ harm: 'torn', what: `git fsck in ${path}: ${stderr}` });
    }
    if (content === null && !path.includes('.git/')) {
      for (const left of abandoned(join(root, path), ['tmp', 'swap', 'away']))
        violations.push({ harm: 'unexplained', what: `left behind: ${left.path}` });
    }
  }
  return violations;
}

export function compareTrees(wanted: readonly string[], found: readonly string[]): Violation[] {
  const [before, after] = [new Set(wanted), new Set(found)];
  const missing = wanted.filter((line) => !after.has(line)).map((line) => `- ${line}`);
  const more = found.filter((line) => !before.has(line)).map((line) => `+ ${line}`);
  const what = [...missing, ...more].slice(0, 8).join('\n');
  return what === '' ? [] : [{ harm: 'unexplained', what: `done again, it differs:\n${what}` }];
}

function git(folder: string, ...args: string[]) {
  return spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
}
