import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { renderTemplate } from '../core/template.ts';
import { createExclusive } from '../platform/atomic-write.ts';
import { ensureDirectory } from '../platform/files.ts';
import type { House } from './household.ts';
import { houseFolders } from './paths.ts';

const QUEUE = 'WORK-QUEUE.md';

/** Only the owner reads what a wizard knows. */
const PRIVATE = 0o700;

/** Make the folders of a house that are not there: a body with a shell may take any of them away. */
export function makeFolders({ paths }: House): void {
  for (const folder of houseFolders(paths)) {
    if (!existsSync(folder)) ensureDirectory(folder, PRIVATE);
  }
}

/**
 * Fill in what a house lacks, from its template, and touch nothing that is there. `first`: nobody
 * lived in it yet. Returns the files made, relative to the house.
 */
export function furnishHouse(house: House, { first }: { first: boolean }): string[] {
  const { paths } = house;
  makeFolders(house);
  const template = join(packageRoot(), 'templates', house.settings.template);
  if (!existsSync(template)) {
    throw new UserError(`expected a template at templates/${house.settings.template}`, {
      file: paths.settings,
      hint: 'take the line `template:` out for the plain one',
    });
  }
  const made: string[] = [];
  for (const file of filesBelow(template)) {
    const target = join(paths.house, file);
    if (existsSync(target)) continue;
    // Of a house whose queue stands elsewhere, a second one would be a decoy.
    if (basename(file) === QUEUE && target !== paths.queue) continue;
    // A queue that a person took away is not to come back with tasks that were done long ago.
    if (target === paths.queue && !first) continue;
    ensureDirectory(dirname(target), PRIVATE);
    const text = renderTemplate(readFileSync(join(template, file), 'utf8'), { wizard: house.name });
    if (createExclusive(target, Buffer.from(text))) made.push(file);
  }
  return made;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
