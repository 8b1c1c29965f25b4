import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const HOUR_MS = 60 * 60 * 1000;

/** Beside the entries: what carries its hash as packages do. */
const HASHED = /^(?:tick|start)-.+\.(?:cjs|cache)$/;

/**
 * Moves a finished build from `temporary` to `dist`: packages first, the entries last, each by a
 * rename, so that whoever starts meanwhile gets the old program or the new one. Packages carry
 * their hash, and old ones stay for a week after they were superseded, since a watcher that runs
 * on may yet load one; the scripts beside the entries are read at once, and stay an hour.
 */
export function publish(temporary: string, dist: string): void {
  const manifest = join(dist, 'manifest.json');
  mkdirSync(join(dist, 'packages'), { recursive: true });
  const files = hashed(temporary);
  for (const file of files) renameSync(join(temporary, file), join(dist, file));
  for (const file of ['tick.js', 'start.js', 'robed.js']) {
    renameSync(join(temporary, file), join(dist, file));
  }

  const previous: string[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : [];
  writeFileSync(join(temporary, 'manifest.json'), JSON.stringify(files));
  renameSync(join(temporary, 'manifest.json'), manifest);
  retire(dist, new Set(files), new Set(previous));
}

const hashed = (folder: string): string[] => [
  ...readdirSync(join(folder, 'packages')).map((file) => join('packages', file)),
  ...readdirSync(folder).filter((file) => HASHED.test(file)),
];

function retire(dist: string, current: Set<string>, previous: Set<string>): void {
  const now = Date.now();
  for (const file of hashed(dist)) {
    if (current.has(file)) continue;
    const path = join(dist, file);
    // The time of a file that is no longer in use is when that came to be so.
    if (previous.has(file)) utimesSync(path, now / 1000, now / 1000);
    else if (now - statSync(path).mtimeMs > (HASHED.test(file) ? 1 : 7 * 24) * HOUR_MS)
      rmSync(path, { force: true });
  }
}
