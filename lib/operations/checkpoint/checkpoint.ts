import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, UserError } from '../../core/errors.ts';
import { ensureDirectory, removeTree } from '../../platform/files.ts';
import { acquireLock } from '../../platform/lock.ts';
import { transaction } from '../../platform/sqlite.ts';
import { HOUSEKEEPING_EVENTS } from '../../records/event.ts';
import { readEvents, recordEvent } from '../../records/event-store.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import type { HouseContext } from '../context.ts';
import { tellOnce } from '../tell-once.ts';
import { commitChanges, keepObjects, type Refused } from './commit.ts';
import { type Change, changesFromHead, privateIndex } from './index-changes.ts';
import { checkpointMessage } from './message.ts';
import { type LeftOut, ownFiles } from './own-files.ts';
import { ask, openRepository, type Repository, reasonToWait } from './repository.ts';
import { secretsOf } from './secrets.ts';
import { stagedAt, whyNotTake } from './staged.ts';
import { keepPacked } from './upkeep.ts';

export interface Checkpoint {
  /** `would`: a dry run's. `skipped`: a person is in the middle of something; `reason` says of what. */
  state: 'made' | 'would' | 'nothing' | 'skipped';
  commit: string | null;
  message: string | null;
  reason: string | null;
  files: string[];
  /** Files with a secret in them: by no means committed. */
  refused: Refused[];
  /** Others that were left alone. */
  left: LeftOut[];
}

const NOTHING: Checkpoint = {
  state: 'nothing',
  commit: null,
  message: null,
  reason: null,
  files: [],
  refused: [],
  left: [],
};

/** What is kept in house.db: up to which event the last one told, and blobs of one that is being made. */
interface Kept {
  event: number;
  pending: Record<string, string>;
}

/**
 * Commit the house's own files to its own repository, by path, with plumbing alone: no hook, filter
 * or signature of the repository's runs, and what a person staged stays as it is. Throws UserError
 * (78) where the house has no repository of its own, (75) where another git is at work.
 */
export async function makeCheckpoint(
  context: HouseContext,
  { dryRun }: { dryRun: boolean },
): Promise<Checkpoint> {
  const repository = await openRepository(context.house.paths.house);
  const reason = await reasonToWait(repository);
  if (!dryRun) tellOnce(context, 'checkpoint', reason && `no checkpoint is made: ${reason}`);
  if (reason !== null) return { ...NOTHING, state: 'skipped', reason };
  if (dryRun) return look(context, repository);
  const lock = await acquireLock(join(repository.gitDir, 'robed-checkpoint'), {
    what: 'checkpoint',
    clock: context.clock,
  });
  if ('heldBy' in lock) {
    throw new UserError('another checkpoint of this house is being made', { exitCode: EXIT.busy });
  }
  const scratch = join(repository.gitDir, 'robed-checkpoint.d');
  try {
    removeTree(scratch);
    ensureDirectory(scratch, 0o700);
    return await make(context, repository, scratch, false);
  } finally {
    removeTree(scratch);
    lock.release();
  }
}

/** A dry run: git wants a file for an index even to compare by, and that one is not the house's. */
async function look(context: HouseContext, repository: Repository): Promise<Checkpoint> {
  const scratch = mkdtempSync(join(tmpdir(), 'robed-checkpoint-'));
  try {
    return await make(context, repository, scratch, true);
  } finally {
    removeTree(scratch);
  }
}

async function make(
  context: HouseContext,
  repository: Repository,
  scratch: string,
  dryRun: boolean,
): Promise<Checkpoint> {
  const { db, house } = context;
  const kept = readKept(context);
  const env = privateIndex(join(scratch, 'index'));
  const { folder, head } = repository;
  await ask(folder, ['read-tree', head ?? '--empty'], { env });
  const { files, left } = ownFiles(house);
  const changes = await changesFromHead(repository, house, files, env);
  const staged = await stagedAt(repository, changes);
  const free: Change[] = [];
  const others: LeftOut[] = [];
  for (const change of changes) {
    const why = whyNotTake(change, staged, kept.pending);
    if (why === null) free.push(change);
    else others.push({ path: change.path, why });
  }
  const { safe, refused } = await keepObjects(repository, scratch, free, secretsOf(house), dryRun);
  const found = { ...NOTHING, refused, left: [...left, ...others] };
  if (!dryRun) tellRefused(context, refused);
  if (safe.length === 0) return found;
  const events = readEvents(db, { after: kept.event }).filter(
    ({ type }) => !HOUSEKEEPING_EVENTS.has(type),
  );
  const paths = safe.map(({ path }) => path);
  const message = checkpointMessage(events, paths, house.paths);
  if (dryRun) return { ...found, state: 'would', message, files: paths };
  writeKept(context, { ...kept, pending: { ...kept.pending, ...blobsOf(safe) } });
  const commit = await commitChanges(repository, safe, message, env, context.clock.now());
  transaction(db, () => {
    writeKept(context, { event: events.at(-1)?.id ?? kept.event, pending: {} });
    const data = { commit, message, files: paths.length };
    recordEvent(db, context.clock.now(), { type: 'checkpoint.made', data });
  });
  await keepPacked(context, folder);
  return { ...found, state: 'made', commit, message, files: paths };
}

function readKept({ db }: HouseContext): Kept {
  const kept = JSON.parse(readMeta(db, 'checkpoint') ?? 'null') as Kept | null;
  return kept ?? { event: 0, pending: {} };
}

function writeKept({ db }: HouseContext, kept: Kept): void {
  writeMeta(db, 'checkpoint', JSON.stringify(kept));
}

function blobsOf(changes: readonly Change[]): Record<string, string> {
  return Object.fromEntries(
    changes.flatMap(({ path, oid }) => (oid === null ? [] : [[path, oid]])),
  );
}

function tellRefused(context: HouseContext, refused: readonly Refused[]): void {
  const said = refused.map(({ path, line, what }) => `${path}:${line} holds ${what}`).join('; ');
  tellOnce(context, 'secrets', said === '' ? null : `not committed: ${said}`);
}
