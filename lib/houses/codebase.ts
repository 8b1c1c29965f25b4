import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HousePaths } from './paths.ts';

/** Where the program stands in a codebase: a checkout with a virtual environment, or that itself. */
const PLACES = ['venv/bin/hermes', '.venv/bin/hermes', 'bin/hermes'];

/**
 * Where the Hermes that the houses share stands, or would: what robed.yaml names as `codebase`,
 * else `hermes-agent` in the root. Absolute.
 */
export function sharedCodebase(root: string, named: string | undefined): string {
  return resolve(root, named ?? 'hermes-agent');
}

/** The program in a codebase, as a path below it (`bin/hermes`); null where there is none. */
export function programIn(codebase: string): string | null {
  return PLACES.find((place) => isProgram(join(codebase, place))) ?? null;
}

/** The Hermes of a house: its own codebase's, else the shared one's. Absolute; null where neither has it. */
export function hermesOf(paths: HousePaths, shared: string): string | null {
  for (const codebase of [paths.codebase, shared]) {
    const program = programIn(codebase);
    if (program !== null) return join(codebase, program);
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
