import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../core/clock.ts';
import { packageVersion } from '../core/package-root.ts';
import { furnishHouse, makeFolders } from '../houses/furnish.ts';
import { type House, houseFolder, loadHouse, type SettingsCache } from '../houses/household.ts';
import { housePaths, triggerPath } from '../houses/paths.ts';
import type { HouseSettings } from '../houses/settings.ts';
import { IN_MEMORY, transaction } from '../platform/sqlite.ts';
import { lastVersion } from '../queue/history-store.ts';
import { parseTrigger } from '../queue/trigger.ts';
import { openHouseDatabase, readMeta, writeMeta } from '../records/house-db.ts';
import { insertRun, raiseFence, readRun } from '../records/run-store.ts';
import { mendAfterBoot } from './after-boot.ts';
import { type HouseContext, type LaunchRunner, readHead, writeHead } from './context.ts';
import { noteFoundTriggers } from './found-triggers.ts';
import { jobFromTrigger } from './job.ts';
import { acceptReportsAsTheyStand } from './review-files.ts';
import { readTriggerText } from './see-runs.ts';

export interface OpenOptions {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  launch: LaunchRunner;
  /** Only to look: a house that nobody lived in yet is left as it is, and its memory is made up. */
  look?: boolean;
}

/** Open one house to work in, filled in where it lacks something. Close it by `closeHouse`. */
export async function openHouse(
  root: string,
  name: string,
  options: OpenOptions,
): Promise<HouseContext> {
  const { database } = housePaths(houseFolder(root, name));
  const known = existsSync(database) ? openHouseDatabase(database) : null;
  try {
    const house = await loadHouse(root, name, known ? settingsCache(known, options) : undefined);
    return openLoadedHouse(house, options, known);
  } catch (error) {
    known?.close();
    throw error;
  }
}

/** `known`: its memory, where that is open already. */
function openLoadedHouse(
  house: House,
  options: OpenOptions,
  known: DatabaseSync | null,
): HouseContext {
  const { database, history } = house.paths;
  const look = options.look === true;
  if (look && known !== null) makeFolders(house);
  else if (!look) {
    const livedIn = existsSync(history) && lastVersion(history) !== null;
    furnishHouse(house, { first: !livedIn });
  }
  const context: HouseContext = {
    house,
    db: known ?? openHouseDatabase(look ? IN_MEMORY : database),
    clock: options.clock,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    environment: options.environment,
    launch: options.launch,
    cache: {},
    displaced: [],
    rebuilt: new Map(),
  };
  if (look && known === null) return context;
  if (!hasReadQueue(context.db)) rebuild(context);
  if (!look) mendAfterBoot(context);
  return context;
}

/** Settings once checked are kept with the version that checked them: another has other rules. */
function settingsCache(db: DatabaseSync, { look }: OpenOptions): SettingsCache {
  const version = packageVersion();
  return {
    recall(hash) {
      const kept = JSON.parse(readMeta(db, 'settings') ?? 'null') as Kept | null;
      return kept?.hash === hash && kept.version === version ? kept.settings : null;
    },
    remember(hash, settings) {
      if (look) return;
      writeMeta(db, 'settings', JSON.stringify({ hash, version, settings } satisfies Kept));
    },
  };
}

interface Kept {
  hash: string;
  version: string;
  settings: HouseSettings;
}

export function closeHouse(context: HouseContext): void {
  context.db.close();
}

/** Until then nothing is known of it: its memory is new, lost, or was made by a process that died. */
function hasReadQueue(db: DatabaseSync): boolean {
  const head = readHead(db);
  return head !== null && head.hash !== '';
}

/**
 * A house without its memory: runs are taken over from their triggers, with their fences, so that
 * none is doubled; reports stand as they are; the queue says the rest. Only the event log is lost.
 */
function rebuild(context: HouseContext): void {
  const { db, clock, house } = context;
  const { work, history } = house.paths;
  transaction(db, () => {
    for (const file of readdirSync(work)) {
      if (!file.endsWith('.active')) continue;
      const path = join(work, file);
      const text = readTriggerText(path);
      const trigger = text === null ? null : parseTrigger(text);
      if (text === null || trigger === null) continue;
      if (triggerPath(house.paths, trigger.task) !== path) continue;
      if (readRun(db, trigger.run) !== null) continue;
      const now = clock.now();
      const { fence, ...run } = trigger;
      const job = jobFromTrigger(house, text);
      insertRun(
        db,
        {
          run: run.run,
          task: run.task,
          attempt: run.attempt,
          state: 'running',
          body: run.body,
          agent: run.body !== 'shell' && run.body !== 'model',
          job: JSON.stringify(job),
          holder: run.runner,
          claimedAt: now,
          startedAt: now,
          // Nobody renews it: its runner goes on with the memory that was lost.
          leaseUntil: now + job.timeout,
          endedAt: null,
          stop: null,
          result: null,
        },
        fence,
      );
    }
    context.rebuilt = acceptReportsAsTheyStand(context);
    raiseFence(db, Math.max(0, ...[...context.rebuilt.values()].map((told) => told.fence)));
    const last = lastVersion(history);
    if (last === null) noteFoundTriggers(context);
    // Versions go on from the last one kept; its hash is not believed, so that the queue is read.
    if (last !== null) writeHead(db, { seq: last.seq, hash: '' });
  });
}
