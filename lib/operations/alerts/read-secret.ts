import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { readPlain } from '../../platform/plain-file.ts';

const MAX_BYTES = 4096;

/**
 * The secret that a setting names, by variable or by file (relative to `root`); a string that says
 * what is missing otherwise. A file that others may read is refused.
 */
export function readSecret(
  named: { env?: string | undefined; file?: string | undefined },
  root: string,
  environment: NodeJS.ProcessEnv,
): { secret: string } | { problem: string } {
  if (named.file !== undefined) return fromFile(resolve(root, named.file), named.file);
  if (named.env === undefined) return { problem: 'robed.yaml names neither env nor file for it' };
  const secret = environment[named.env];
  return secret ? { secret } : { problem: `the variable ${named.env} is not set` };
}

function fromFile(path: string, name: string): { secret: string } | { problem: string } {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return { problem: `there is no file ${name}` };
  if ((found.mode & 0o077) !== 0) {
    return { problem: `${name} can be read by others: chmod 600 ${name}` };
  }
  const secret = readPlain(path, MAX_BYTES)?.toString('utf8').trim();
  return secret ? { secret } : { problem: `${name} is empty` };
}
