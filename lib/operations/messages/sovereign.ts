import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { packageVersion } from '../../core/package-root.ts';
import { houseNames } from '../../houses/household.ts';
import { hashOf } from '../../platform/snapshot.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import type { HouseContext } from '../context.ts';

interface Kept {
  hash: string;
  version: string;
  sovereign: string | null;
}

/**
 * The house that this one's approvals are asked of; null where robed.yaml names none, or this very
 * one. The parser is loaded only where robed.yaml changed: a tick must stay cheap.
 */
export async function sovereignOf({ db, house }: HouseContext): Promise<string | null> {
  const file = join(house.root, 'robed.yaml');
  if (!existsSync(file)) return null;
  const hash = hashOf(readFileSync(file));
  const version = packageVersion();
  let kept = JSON.parse(readMeta(db, 'sovereign') ?? 'null') as Kept | null;
  if (kept?.hash !== hash || kept.version !== version) {
    const sovereign = await readSovereign(house.root);
    if (sovereign === undefined) return null;
    kept = { hash, version, sovereign };
    writeMeta(db, 'sovereign', JSON.stringify(kept));
  }
  const { sovereign } = kept;
  if (sovereign === null || sovereign === house.name) return null;
  return houseNames(house.root).includes(sovereign) ? sovereign : null;
}

/** undefined where robed.yaml can't be read: every command that needs it says so, a tick goes on. */
async function readSovereign(root: string): Promise<string | null | undefined> {
  const { readHouseholdSettings } = await import('../../houses/read-settings.ts');
  try {
    return readHouseholdSettings(root).sovereign ?? null;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
