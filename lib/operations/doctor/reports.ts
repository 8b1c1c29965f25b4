import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readFrontMatter } from '../../core/front-matter.ts';
import { readPlain } from '../../platform/plain-file.ts';
import type { HouseCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { count, edit, few, quoted, shown } from './words.ts';

/** Front matter is far shorter. */
const BYTES = 128 * 1024;

export const reports: HouseCheck = {
  of: 'house',
  name: 'reports',
  levels: ['warn'],
  finds: 'a report in `completed/` whose front matter can’t be read',
  fine: 'every report can be read',
  look({ paths }, household) {
    return filesIn(paths.completed, '.txt').flatMap((name): Trouble[] => {
      const path = join(paths.completed, name);
      const text = readPlain(path, BYTES)?.toString('utf8');
      if (text === undefined) return [];
      try {
        readFrontMatter(text);
        return [];
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const line = error.line ?? 1;
        return [
          {
            level: 'warn',
            message: `${shown(household, path)}:${line}: ${error.message}, so nobody can tell whose report it is`,
            fix: edit(path, line),
          },
        ];
      }
    });
  },
};

export const quarantine: HouseCheck = {
  of: 'house',
  name: 'quarantine',
  levels: ['warn'],
  finds: 'reports in `quarantine/`: no live run owned them',
  fine: 'no report is in quarantine',
  look({ paths, name }, household) {
    const found = filesIn(paths.quarantine, '');
    if (found.length === 0) return [];
    return [
      {
        level: 'warn',
        message: `${count(found.length, 'file')} in ${shown(household, paths.quarantine)} (${few(found)}): no live run owned ${found.length === 1 ? 'it, so it' : 'them, so they'} changed nothing`,
        fix: `less ${quoted(join(paths.quarantine, found[0] as string))}   (robed log --wizard ${name} says why; remove what you have read)`,
      },
    ];
  },
};

function filesIn(folder: string, end: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(end) && !name.startsWith('.'))
    .sort();
}
