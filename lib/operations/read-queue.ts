import { closeSync, openSync } from 'node:fs';
import { errorCode, UserError } from '../core/errors.ts';
import { hasWriter } from '../platform/native.ts';
import { readSnapshot, type Snapshot } from '../platform/snapshot.ts';
import { type QueueReading, readText } from '../queue/reading.ts';
import type { HouseContext } from './context.ts';

export type QueueState =
  | { kind: 'read'; reading: QueueReading }
  | { kind: 'missing' }
  /** Somebody is writing it: half a save says nothing. */
  | { kind: 'unsettled' };

/** How long a file that somebody holds open must have been still before it counts as whole. */
const STILL_MS = 1000;

/** Where nobody can say whether a writer holds it: how old the last write must be. */
const QUIET_MS = 100;

/**
 * Read the queue as it stands. `known` is the hash of a version that Robed accounts for: that one
 * is whole whatever anybody does to the file now.
 */
export function readQueue(context: HouseContext, known: string | null): QueueState {
  const { queue } = context.house.paths;
  const snapshot = readFile(queue);
  if (snapshot === null) return { kind: 'missing' };
  const { cache } = context;
  if (cache.reading?.hash === snapshot.hash && snapshot.hash === known) {
    return { kind: 'read', reading: cache.reading };
  }
  const age = context.clock.now() - Number(snapshot.mtimeNs / 1_000_000n);
  if (snapshot.hash !== known && !isWhole(queue, age)) return { kind: 'unsettled' };
  const reading = readText(queue, snapshot.bytes, snapshot.hash, cache.reading?.doc);
  cache.reading = reading;
  return { kind: 'read', reading };
}

function readFile(path: string): Snapshot | null {
  try {
    return readSnapshot(path);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EISDIR' && code !== 'EINVAL') throw error;
    const found = code === 'EISDIR' ? 'a folder' : 'something that is no regular file';
    throw new UserError(`expected a queue, found ${found}`, { file: path, cause: error });
  }
}

/** Nobody has it open for writing; else, or where nobody can tell, it has been still for a while. */
function isWhole(path: string, ageMs: number): boolean {
  // A time from the future is a clock that jumped: the age says nothing then.
  const age = ageMs < 0 ? Number.POSITIVE_INFINITY : ageMs;
  const file = openSync(path, 'r');
  try {
    const writer = hasWriter(file);
    if (writer === null) return age >= QUIET_MS;
    return !writer || age >= STILL_MS;
  } finally {
    closeSync(file);
  }
}

/** The reading, or a UserError that says why there is none. For commands that need the queue. */
export function requireReading(context: HouseContext, state: QueueState): QueueReading {
  const file = context.house.paths.queue;
  switch (state.kind) {
    case 'read':
      return state.reading;
    case 'missing':
      throw new UserError('expected a queue, found no file', {
        file,
        hint: `\`robed start\` makes a first one; \`robed history --wizard ${context.house.name}\` lists past versions`,
      });
    case 'unsettled':
      throw new UserError('somebody is writing the queue just now', {
        file,
        hint: 'try again in a moment',
      });
  }
}
