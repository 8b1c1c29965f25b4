import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { House } from '../../houses/household.ts';
import { git } from '../../platform/git-client.ts';
import { readPlain } from '../../platform/plain-file.ts';
import { isGone, isOwn, ownPathspecs } from './own-files.ts';
import { answer, parts, type Repository, told } from './repository.ts';

/** What a path is to become; `oid` null: it goes. */
export interface Change {
  path: string;
  mode: '100644' | '100755';
  oid: string | null;
}

/** Environment of a git that works on an index of our own and takes paths as they are. */
export const privateIndex = (file: string): Record<string, string> => ({
  GIT_INDEX_FILE: file,
  GIT_LITERAL_PATHSPECS: '1',
  GIT_OPTIONAL_LOCKS: '0',
});

/** Paths on one command line. */
export const AT_ONCE = 400;

/** What of `files` differs from HEAD, and which of the house's own files in HEAD are gone. */
export async function changesFromHead(
  { folder, format }: Repository,
  house: House,
  files: readonly string[],
  env: Record<string, string>,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE);
    const known = await entriesOf(folder, some, env);
    const ignored = await ignoredOf(
      folder,
      some.filter((path) => !known.has(path)),
      env,
    );
    for (const path of some) {
      if (ignored.has(path)) continue;
      const change = changeOf(folder, path, format);
      if (change && known.get(path) !== `${change.mode} ${change.oid}`) changes.push(change);
    }
  }
  const gone = ['ls-files', '-z', '-d', '--', ...ownPathspecs(house)];
  const magic = { ...env, GIT_LITERAL_PATHSPECS: '0' };
  for (const path of parts(await answer(folder, gone, { env: magic }))) {
    if (isOwn(house, path) && isGone(folder, path)) {
      changes.push({ path, mode: '100644', oid: null });
    }
  }
  return changes;
}

/** The object id that git gives these bytes. */
export function blobId(bytes: Buffer, format: Repository['format']): string {
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Lines for `update-index --index-info`. */
export function indexInfo(changes: readonly Change[], format: Repository['format']): string {
  const nothing = zeros(format);
  return changes
    .map(({ path, mode, oid }) =>
      oid === null ? `0 ${nothing}\t${path}\0` : `${mode} ${oid}\t${path}\0`,
    )
    .join('');
}

export const zeros = (format: Repository['format']): string =>
  '0'.repeat(format === 'sha256' ? 64 : 40);

/** null where it is gone since, or no file any more. */
function changeOf(folder: string, path: string, format: Repository['format']): Change | null {
  const bytes = readPlain(join(folder, path), Number.POSITIVE_INFINITY);
  if (bytes === null) return null;
  const executable = (lstatSync(join(folder, path)).mode & 0o100) !== 0;
  return { path, mode: executable ? '100755' : '100644', oid: blobId(bytes, format) };
}

/** Path → `mode oid`, of those that the index has. */
async function entriesOf(
  folder: string,
  paths: readonly string[],
  env: Record<string, string>,
): Promise<Map<string, string>> {
  const listed = await answer(folder, ['ls-files', '-s', '-z', '--', ...paths], { env });
  return new Map(
    parts(listed).map((entry) => {
      // A name may have tabs in it as well.
      const tab = entry.indexOf('\t');
      const [mode, oid] = entry.slice(0, tab).split(' ');
      return [entry.slice(tab + 1), `${mode} ${oid}`];
    }),
  );
}

/** What .gitignore keeps out. Exit code 1 of check-ignore says: none. */
async function ignoredOf(
  folder: string,
  paths: readonly string[],
  env: Record<string, string>,
): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const input = paths.map((path) => `${path}\0`).join('');
  const args = ['check-ignore', '-z', '--stdin'];
  // It takes paths as they are by itself, and refuses to be told so.
  const probe = await git(folder, args, { env: { ...env, GIT_LITERAL_PATHSPECS: '0' }, input });
  if (probe.exitCode === 1) return new Set();
  return new Set(parts(told(folder, args, probe)));
}
