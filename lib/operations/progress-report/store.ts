import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { containedPath } from '../../platform/contained-path.ts';
import { ensureDirectory, removeIfExists } from '../../platform/files.ts';
import { sweepTemporaries } from '../../platform/temp-files.ts';
import { writePlain } from '../../platform/write-plain.ts';
import { DAY_MS } from './window.ts';

/** How long reports are kept, as events are. */
const KEPT_MS = 30 * DAY_MS;

const NAME = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.md$/;

/**
 * Write a report into `folder`, relative to `home`, under its time and as `latest.md`; drop those
 * that are older than they are kept. Returns its path. An agent may have put a link in the way:
 * nothing is written outside of `home`.
 */
export function keepReport(home: string, folder: string, time: number, text: string): string {
  const contained = containedPath(home, folder);
  if (!contained.ok) {
    throw new UserError(`expected a folder for reports: ${contained.reason}`, {
      file: join(home, folder),
    });
  }
  ensureDirectory(contained.path, 0o700);
  sweepTemporaries(contained.path);
  const path = join(contained.path, reportName(time));
  writePlain(path, text);
  writePlain(join(contained.path, 'latest.md'), text);
  for (const name of readdirSync(contained.path)) {
    const made = timeOf(name);
    if (made !== null && made < time - KEPT_MS) removeIfExists(join(contained.path, name));
  }
  return path;
}

/** ISO 8601 with nothing in it that a filesystem refuses. */
function reportName(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')}Z.md`;
}

function timeOf(name: string): number | null {
  const [, stamp] = NAME.exec(name) ?? [];
  if (stamp === undefined) return null;
  return Date.parse(stamp.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
}
