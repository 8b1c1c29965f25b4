import { join } from 'node:path';
import { processState } from '../platform/identity.ts';
import { givenAtStart, startedWith } from '../platform/process-environment.ts';
import { type GatewayRecord, livingGateway } from './gateway-record.ts';
import type { HousePaths } from './paths.ts';

export const robeRecord = (paths: HousePaths): string => join(paths.robe, 'gateway.json');

/** The process that we started as this house's robe, if it still is that very one. */
export function robeProcess(paths: HousePaths): GatewayRecord | null {
  const living = livingGateway(robeRecord(paths));
  if (living === null) return null;
  // The file may be anybody's: what it names must have been given this house's folder.
  return hasOurFolder(living.identity.pid, paths) === false ? null : living;
}

/**
 * Whether a process is this house's robe: the one that we started, a child of it, or one that a
 * person gave this house's folder.
 */
export function isRobe(pid: number, paths: HousePaths, living: GatewayRecord | null): boolean {
  if (hasOurFolder(pid, paths) === true) return true;
  if (living === null) return false;
  return pid === living.identity.pid || processState(pid)?.session === living.identity.pid;
}

/** The folder of the robe that a process was started as; null where that can't be told. */
export const robeOf = (pid: number): string | null => givenAtStart(pid, FOLDER);

const FOLDER = 'OPENCLAW_STATE_DIR';

const hasOurFolder = (pid: number, paths: HousePaths): boolean | null =>
  startedWith(pid, FOLDER, paths.robe);
