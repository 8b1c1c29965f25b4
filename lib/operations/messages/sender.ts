import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { EXIT, UserError } from '../../core/errors.ts';
import { houseNames } from '../../houses/household.ts';
import { housePaths } from '../../houses/paths.ts';
import { openHouseDatabaseToRead } from '../../records/house-db.ts';
import { countSentBy } from '../../records/message-store.ts';
import { readRun } from '../../records/run-store.ts';

/** A run may send so many: an agent that talks without end is cut short. */
export const MOST_A_RUN = 10;

/** Who sends: a house, or a person (null). */
export interface Sender {
  house: string | null;
  run: string | null;
  task: string | null;
}

/**
 * Inside a run the sender is the house whose run it is, whatever is asked for; else the house that a
 * person names, or the person. Throws UserError.
 */
export function senderOf(
  root: string,
  environment: NodeJS.ProcessEnv,
  asked: { house: string | undefined; task: string | undefined },
): Sender {
  const run = environment['ROBED_RUN'];
  if (!run) {
    const house = asked.house === undefined ? null : knownHouse(root, asked.house);
    return { house, run: null, task: asked.task ?? null };
  }
  const found = houseOfRun(root, run);
  if (found === null) {
    throw new UserError(`this is inside the run ${run}, and no house has a live run of that name`);
  }
  if (asked.house !== undefined && asked.house !== found.house) {
    throw new UserError(
      `this is inside a run of ${found.house}: it can't send for ${asked.house}`,
      {
        hint: 'leave --from out',
        exitCode: EXIT.usage,
      },
    );
  }
  return { ...found, run };
}

/** Inside a run one writes in its own house's queue alone: to another, one sends. Throws UserError. */
export function refuseOtherHouse(
  root: string,
  environment: NodeJS.ProcessEnv,
  wizard: string,
): void {
  if (!environment['ROBED_RUN']) return;
  const { house } = senderOf(root, environment, { house: undefined, task: undefined });
  if (house === wizard) return;
  throw new UserError(
    `this is inside a run of ${house}: it can't write in the queue of ${wizard}`,
    {
      hint: `\`robed send ${wizard} "…"\` asks that house`,
      exitCode: EXIT.usage,
    },
  );
}

/** Throws UserError where the run has sent all that it may. */
export function refuseFlood(db: DatabaseSync, run: string | null): void {
  if (run === null || countSentBy(db, run) < MOST_A_RUN) return;
  throw new UserError(`the run ${run} has sent ${MOST_A_RUN} messages, and may send no more`, {
    hint: 'say the rest in your report',
  });
}

/** Throws UserError (usage) where there is no such house. */
export function knownHouse(root: string, name: string): string {
  const names = houseNames(root);
  if (names.includes(name)) return name;
  throw new UserError(`expected a house of this household, found ${JSON.stringify(name)}`, {
    hint: names.length > 0 ? `houses here: ${names.join(', ')}` : 'there is no house here yet',
    exitCode: EXIT.usage,
  });
}

function houseOfRun(root: string, run: string): { house: string; task: string } | null {
  let damage: UserError | null = null;
  for (const house of houseNames(root)) {
    const { database } = housePaths(join(root, 'wizards', house));
    if (!existsSync(database)) continue;
    try {
      const task = taskOfRun(database, run);
      if (task !== null) return { house, task };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damage ??= error;
    }
  }
  // The run may stand in the memory that can't be read; else that is no business of this house.
  if (damage !== null) throw damage;
  return null;
}

function taskOfRun(database: string, run: string): string | null {
  const db = openHouseDatabaseToRead(database);
  try {
    const found = readRun(db, run);
    return found?.state === 'claimed' || found?.state === 'running' ? found.task : null;
  } finally {
    db.close();
  }
}
