import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './index-changes.ts';
import { answer, parts, type Repository } from './repository.ts';

/** The empty tree's id, by the format of ids: what an index is held against before a first commit. */
const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** What somebody staged: path → the blob in the index; zeros for one that is to go. */
export async function stagedPaths({
  folder,
  gitDir,
  head,
  format,
}: Repository): Promise<Map<string, string>> {
  if (!existsSync(join(gitDir, 'index'))) return new Map();
  const against = head ?? EMPTY_TREE[format];
  const raw = await answer(folder, [
    ...['diff-index', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames'],
    against,
    '--',
  ]);
  const fields = parts(raw);
  const staged = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, , , oid = ''] = (fields[at] as string).split(' ');
    staged.set(fields[at + 1] as string, oid);
  }
  return staged;
}

/**
 * Whether a checkpoint may take this change: nothing is staged there, or the same, or what an
 * earlier checkpoint put there and died before it could commit it (`own`). Pure.
 */
export function mayTake(
  { path, oid }: Change,
  staged: ReadonlyMap<string, string>,
  own: Readonly<Record<string, string>>,
): boolean {
  const there = staged.get(path);
  if (there === undefined) return true;
  const gone = /^0+$/.test(there);
  return (oid === null ? gone : there === oid) || own[path] === there;
}
