import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, UserError } from '../core/errors.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import { lateWrites, replaceByExchange } from '../platform/exchange.ts';
import { removeIfExists } from '../platform/files.ts';
import { withFolderLock } from '../platform/folder-lock.ts';
import { hashOf } from '../platform/snapshot.ts';
import type { QueueDocument } from '../queue/document.ts';
import { folderOf, type QueueFile, readQueueFile, readQueueText } from './queue-file.ts';

export interface EditedFile {
  /** Absolute. */
  path: string;
  before: string;
  after: string;
}

/** Saves that land between our reading and our write; each try loses to at most one. */
const TRIES = 50;

/** How often, and how long, to look whether an editor still writes into the file that ours displaced. */
const LATE_LOOKS = 20;
const LATE_MS = 25;

/**
 * Edit any file as a queue. `edit` is asked again where somebody saved meanwhile, so that both
 * changes stand. Throws UserError where the file can't be read or must not be written.
 */
export async function editFile(
  given: string,
  options: { cwd: string; dryRun: boolean },
  edit: (doc: QueueDocument) => TextEdit[],
): Promise<EditedFile> {
  // Of two of our own that each put the other's save back, one would be forgotten.
  const folder = folderOf(resolve(options.cwd, given));
  return withFolderLock(folder, () => editAlone(given, options, edit));
}

async function editAlone(
  given: string,
  { cwd, dryRun }: { cwd: string; dryRun: boolean },
  edit: (doc: QueueDocument) => TextEdit[],
): Promise<EditedFile> {
  let file = readQueueFile(given, cwd);
  const { path } = file;
  let expected = file.hash;
  const merged: string[] = [];
  let done: EditedFile | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    refuseReadOnly(file);
    const before = file.doc.text;
    const after = applyEdits(before, edit(file.doc));
    // Where ours lies over theirs, theirs is put back even if it says already what was asked for.
    if (dryRun || (after === before && merged.length === 0)) return { path, before, after };
    if (after !== before) done = { path, before, after };
    const replaced = replaceByExchange(path, after, expected);
    if (!replaced.ok && !replaced.written) {
      file = readQueueFile(path, cwd);
      expected = file.hash;
      continue;
    }
    const theirs = replaced.ok ? await lateSave(replaced.kept, expected) : replaced.displaced;
    if (theirs === null) {
      for (const kept of merged) removeIfExists(kept);
      return done ?? { path, before, after };
    }
    // A save of theirs lies under ours, or came late: edit that, and put it in place of ours.
    merged.push(replaced.kept);
    file = readQueueText(path, theirs);
    expected = hashOf(after);
  }
  throw new UserError('somebody saves the file without pause', {
    file: path,
    hint: 'try again when it is quiet',
    exitCode: EXIT.busy,
  });
}

function refuseReadOnly({ path, doc }: QueueFile): void {
  if (doc.readOnly !== null) {
    throw new UserError(`the file must not be written: ${doc.readOnly}`, { file: path });
  }
  // Replacing a file asks nobody about its own permissions, and root is asked about none.
  if ((statSync(path).mode & 0o222) === 0) {
    throw new UserError('expected a file that may be written, found a read-only one', {
      file: path,
      hint: `chmod u+w ${path}`,
    });
  }
}

/** What an editor that held the displaced file open wrote into it after all; null where nothing. */
async function lateSave(kept: string, hash: string): Promise<Buffer | null> {
  for (let look = 0; look < LATE_LOOKS; look++) {
    await sleep(LATE_MS);
    const { changed, open } = lateWrites(kept, hash);
    if (changed !== null && open !== true) return changed;
    if (open === false) return null;
  }
  if (lateWrites(kept, hash).open === null) {
    // Nobody can tell who holds it, and for a while nothing came.
    removeIfExists(kept);
    return null;
  }
  throw new UserError('written, but an editor still holds the old file open for writing', {
    file: kept,
    hint: 'what it saves goes into that file; compare the two',
  });
}
