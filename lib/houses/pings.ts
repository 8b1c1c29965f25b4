import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether robed.yaml can have a ping in it. Asked before every job, so that one without loads
 * neither parser nor HTTP; where it can't be read, others tell.
 */
export function namesPings(root: string): boolean {
  const file = join(root, 'robed.yaml');
  try {
    return existsSync(file) && readFileSync(file, 'utf8').includes('ping:');
  } catch {
    return false;
  }
}
