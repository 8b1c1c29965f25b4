import { randomBytes } from 'node:crypto';
import { type Dirent, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { removeIfExists } from './files.ts';
import { mayLive, type ProcessIdentity, self } from './identity.ts';

/**
 * `tmp`: ours, perhaps half-written, worth nothing once its owner is dead.
 * `swap`: one side of an exchange; it may hold a person's bytes (exchange.ts).
 * `away`: a file moved out of its place where no exchange is to be had (exchange.ts).
 */
export type TemporaryKind = 'tmp' | 'swap' | 'away';

export interface Temporary {
  path: string;
  kind: TemporaryKind;
  /** The file that it stands in for. A `tmp` of a very long name has only its beginning. */
  target: string;
  /** How the hash begins of what it was to displace; null where its name does not say. */
  displaces: string | null;
  owner: Pick<ProcessIdentity, 'pid' | 'start'>;
}

/** So much of a hash tells the versions of one file apart. */
const HASH_DIGITS = 12;

/** Is the owner of a temporary file perhaps still at work? */
export type MayLive = (owner: Temporary['owner']) => boolean;

/**
 * A new name beside `target`, hidden, unguessable, that says who made it, and by a hash (hex) what it
 * is to displace.
 */
export function temporaryName(target: string, kind: TemporaryKind, displaces = ''): string {
  const { pid, start } = self();
  const base = kind === 'tmp' ? basename(target).slice(0, 60) : basename(target);
  const id = randomBytes(6).toString('hex') + displaces.slice(0, HASH_DIGITS);
  return join(dirname(target), `.${base}.${pid}-${start}-${id}.robed-${kind}`);
}

/** Temporary files in `directory` whose owner is dead. What is no directory has none. */
export function abandoned(
  directory: string,
  kinds: readonly TemporaryKind[],
  owned: MayLive = mayLive,
): Temporary[] {
  return list(directory)
    .filter((entry) => entry.isFile())
    .map((entry) => parse(directory, entry.name))
    .filter((found) => found !== null)
    .filter((found) => kinds.includes(found.kind) && !owned(found.owner));
}

/** Removes what dead writers left half-written in `directory`; says what it removed. */
export function sweepTemporaries(directory: string, owned: MayLive = mayLive): string[] {
  const orphans = abandoned(directory, ['tmp'], owned).map((orphan) => orphan.path);
  return orphans.filter(removeIfExists);
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}

function parse(directory: string, name: string): Temporary | null {
  const match = /^\.(.+)\.(\d+)-(\d+)-[0-9a-f]{12}([0-9a-f]{12})?\.robed-(tmp|swap|away)$/.exec(
    name,
  );
  const [, base = '', pid, start = '', displaces = null, kind] = match ?? [];
  if (!match) return null;
  return {
    path: join(directory, name),
    kind: kind as TemporaryKind,
    target: join(directory, base),
    displaces,
    owner: { pid: Number(pid), start },
  };
}
