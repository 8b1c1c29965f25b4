import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { writeAtomic } from '../../platform/atomic-write.ts';
import { git } from '../../platform/git-client.ts';
import { readPlain } from '../../platform/plain-file.ts';
import { AT_ONCE, blobId, type Change, indexInfo, zeros } from './index-changes.ts';
import { ask, type Repository } from './repository.ts';
import { findSecret, type Secret } from './secrets.ts';

/** A file that holds a secret. */
export interface Refused {
  path: string;
  line: number;
  /** A name for the secret, never the secret. */
  what: string;
}

/**
 * Bring what is to be committed into the object store, each file as it was looked through for
 * secrets: from a copy, since it may change meanwhile. What changed since it was listed waits for
 * the next checkpoint. With `dryRun` only looks.
 */
export async function keepObjects(
  { folder, format }: Repository,
  scratch: string,
  changes: readonly Change[],
  secrets: readonly Secret[],
  dryRun: boolean,
): Promise<{ safe: Change[]; refused: Refused[] }> {
  const safe: Change[] = [];
  const refused: Refused[] = [];
  const copies: { path: string; oid: string }[] = [];
  for (const change of changes) {
    if (change.oid === null) {
      safe.push(change);
      continue;
    }
    const bytes = readPlain(join(folder, change.path), Number.POSITIVE_INFINITY);
    if (bytes === null || blobId(bytes, format) !== change.oid) continue;
    const secret = findSecret(bytes, secrets);
    if (secret !== null) {
      refused.push({ path: change.path, line: secret.line, what: secret.name });
      continue;
    }
    safe.push(change);
    const copy = { path: join(scratch, String(copies.length)), oid: change.oid };
    if (!dryRun) writeAtomic(copy.path, bytes);
    copies.push(copy);
  }
  if (!dryRun) await storeCopies(folder, copies);
  return { safe, refused };
}

/** No filter: what the repository's attributes would run is nobody's business here. */
async function storeCopies(
  folder: string,
  copies: readonly { path: string; oid: string }[],
): Promise<void> {
  const store = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  for (let from = 0; from < copies.length; from += AT_ONCE) {
    const some = copies.slice(from, from + AT_ONCE);
    const stored = await ask(folder, store, {
      input: some.map(({ path }) => `${path}\n`).join(''),
    });
    if (some.some(({ oid }, at) => stored[at] !== oid)) {
      throw new UserError('git stored something else than it was given', { file: folder });
    }
  }
}

/**
 * One commit of these changes on top of HEAD, and the same in the index, so that they don't show
 * as staged backwards. The index first: dying in between leaves blobs that the next checkpoint
 * knows for its own. Fails where HEAD moved meanwhile. Returns the commit's id.
 */
export async function commitChanges(
  { folder, head, format }: Repository,
  changes: readonly Change[],
  message: string,
  env: Record<string, string>,
  now: number,
): Promise<string> {
  const info = indexInfo(changes, format);
  const update = ['update-index', '--add', '--replace', '-z', '--index-info'];
  await ask(folder, update, { env, input: info });
  const [tree = ''] = await ask(folder, ['write-tree'], { env });
  const who = await identity(folder, now);
  const parent = head === null ? [] : ['-p', head];
  const [commit = ''] = await ask(folder, ['commit-tree', tree, ...parent, '-F', '-'], {
    env: who,
    input: `${message}\n`,
  });
  await ask(folder, update, { env: { GIT_LITERAL_PATHSPECS: '1' }, input: info });
  const move = ['update-ref', '-m', message, 'HEAD', commit, head ?? zeros(format)];
  await ask(folder, move, { env: who });
  return commit;
}

/** The user's name where git knows one, and the time. */
async function identity(folder: string, now: number): Promise<Record<string, string>> {
  const known = await Promise.all(
    ['user.name', 'user.email'].map((key) => git(folder, ['config', '--get', key])),
  );
  const named = known.every(({ exitCode, stdout }) => exitCode === 0 && stdout.trim() !== '');
  const minutes = -new Date(now).getTimezoneOffset();
  const zone = `${minutes < 0 ? '-' : '+'}${String(Math.trunc(Math.abs(minutes) / 60)).padStart(2, '0')}${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
  const date = `@${Math.floor(now / 1000)} ${zone}`;
  return {
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    ...(named
      ? {}
      : {
          GIT_AUTHOR_NAME: 'Robed',
          GIT_AUTHOR_EMAIL: 'robed@localhost',
          GIT_COMMITTER_NAME: 'Robed',
          GIT_COMMITTER_EMAIL: 'robed@localhost',
        }),
  };
}
