import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AT_ONCE, type Change } from './index-changes.ts';
import { answer, ask, parts, type Repository } from './repository.ts';

/** The empty tree's id, by the format of ids: what an index is held against before a first commit. */
const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** What of the person's own is in the index, at the paths of some changes. */
export interface Staged {
  /** Path → the blob that is to come there, zeros where it is to go, `U` where a merge left several. */
  blobs: ReadonlyMap<string, string>;
  /** Folders that hold such a blob. */
  folders: ReadonlySet<string>;
  /** Paths that git was told to leave as they are: `--skip-worktree`, `--assume-unchanged`. */
  fixed: ReadonlySet<string>;
}

/** What somebody staged where these changes would go: there, in a folder of that name, or as a file above. */
export async function stagedAt(
  repository: Repository,
  changes: readonly Change[],
): Promise<Staged> {
  const { folder, gitDir, head, format } = repository;
  const blobs = new Map<string, string>();
  const fixed = new Set<string>();
  if (!existsSync(join(gitDir, 'index'))) return { blobs, folders: new Set(), fixed };
  const paths = changes.map(({ path }) => path);
  const wanted = [...(await filesAmong(folder, foldersOf(paths))), ...paths];
  const env = { GIT_LITERAL_PATHSPECS: '1', GIT_OPTIONAL_LOCKS: '0' };
  const against = head ?? EMPTY_TREE[format];
  const compare = ['diff-index', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', against];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const fields = parts(await answer(folder, [...compare, '--', ...some], { env }));
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [, , , oid = '', letter] = (fields[at] as string).split(' ');
      blobs.set(fields[at + 1] as string, letter === 'U' ? 'U' : oid);
    }
    for (const entry of parts(
      await answer(folder, ['ls-files', '-v', '-z', '--', ...some], { env }),
    )) {
      if (/^[a-zS]/.test(entry)) fixed.add(entry.slice(2));
    }
  }
  const coming = [...blobs].filter(([, oid]) => !isNothing(oid)).map(([path]) => path);
  return { blobs, folders: new Set(foldersOf(coming)), fixed };
}

/**
 * Why a checkpoint may not take this change; null where nothing is staged there, or the same, or
 * what an earlier checkpoint put there and died before it could commit it (`own`). Pure.
 */
export function whyNotTake(
  { path, oid }: Change,
  { blobs, folders, fixed }: Staged,
  own: Readonly<Record<string, string>>,
): string | null {
  if (fixed.has(path)) return 'git was told to leave it as it is';
  const above = foldersOf([path]).map((folder) => blobs.get(folder));
  const inTheWay = folders.has(path) || above.some((there) => there && !isNothing(there));
  const there = blobs.get(path);
  const same = there === undefined || (oid === null ? isNothing(there) : there === oid);
  if (!inTheWay && (same || own[path] === there)) return null;
  return 'somebody staged another version of it';
}

const isNothing = (oid: string): boolean => /^0+$/.test(oid);

/** Of these folders, those that are a file in the index. */
async function filesAmong(folder: string, folders: readonly string[]): Promise<string[]> {
  if (folders.length === 0) return [];
  const input = folders.map((path) => `:0:${path}\n`).join('');
  const found = await ask(folder, ['cat-file', '--batch-check'], { input });
  return folders.filter((_, at) => / blob \d+$/.test(found[at] ?? ''));
}

/** Every folder above these paths, once. */
function foldersOf(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    for (let at = dirname(path); at !== '.' && !found.has(at); at = dirname(at)) found.add(at);
  }
  return [...found];
}
