import { readFileSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { self } from '../../../lib/platform/identity.ts';
import { openHouseDatabase } from '../../../lib/records/house-db.ts';
import type { insertRun } from '../../../lib/records/run-store.ts';
import { deadProcess } from '../../support/house.ts';
import { type HealthyHousehold, houseYaml } from './household.ts';

/** Something that is wrong, and what the doctor says of it. */
export interface Fault {
  /** What is planted. */
  fault: string;
  plant(house: HealthyHousehold): unknown;
  /** `level wizard check`, all that is found; `-` for the household. */
  finds: string[];
  says: RegExp;
}

export const ezra = 'wizards/ezra';

export function append(path: string, text: string): void {
  writeFileSync(path, readFileSync(path, 'utf8') + text);
}

export function inDatabase(path: string, use: (db: DatabaseSync) => unknown): void {
  const db = openHouseDatabase(path);
  try {
    use(db);
  } finally {
    db.close();
  }
}

/** Pages of nonsense behind the first, where the tables are. */
export function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096);
  writeFileSync(path, bytes);
}

export const withCommand = (program: string): string =>
  houseYaml('ezra').replace(
    /^bodies.*$/m,
    `bodies: {allow: [shell], command: {argv: [${program}]}}`,
  );

export const withModelKey = (key: string): string =>
  houseYaml('ezra').replace(
    /^bodies.*$/m,
    `bodies: {allow: [shell], model: {endpoint: "http://127.0.0.1:1/v1", name: m, key: {${key}}}}`,
  );

export const temporary = (kind: string): string =>
  `.WORK-QUEUE.md.${deadProcess().pid}-1-0123456789ab.robed-${kind}`;

export const staleRun = (now: number): Parameters<typeof insertRun>[1] => ({
  run: 'r-1',
  task: 'T-9',
  attempt: 1,
  state: 'running',
  body: 'shell',
  agent: false,
  job: '{}',
  holder: self(),
  claimedAt: now - 3_600_000,
  startedAt: now - 3_600_000,
  leaseUntil: now - 1_800_000,
  endedAt: null,
  stop: null,
  result: null,
});
