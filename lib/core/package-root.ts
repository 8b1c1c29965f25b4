import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: { root: string; version: string } | undefined;

/** Absolute path of this checkout: where migrations/ and templates/ are, from lib/ and dist/ alike. */
export function packageRoot(): string {
  return findPackage().root;
}

export function packageVersion(): string {
  return findPackage().version;
}

function findPackage(): { root: string; version: string } {
  found ??= walkUp(dirname(fileURLToPath(import.meta.url)));
  return found;
}

function walkUp(from: string): { root: string; version: string } {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8'));
      if (name === 'robed') return { root: folder, version };
    }
    if (folder === dirname(folder)) {
      throw new Error(`no package.json of robed in ${from} or above it: the installation is torn`);
    }
  }
}
