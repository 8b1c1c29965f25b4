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

const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Moves a finished build from `temporary` to `dist`: packages first, the entries last, each by a
 * rename, so that whoever starts meanwhile gets the old program or the new one. Packages carry
 * their hash, and old ones stay for a week after they were superseded, since a watcher that runs
 * on may yet load one.
 */
export function publish(temporary: string, dist: string): void {
  const packages = join(dist, 'packages');
  const manifest = join(dist, 'manifest.json');
  mkdirSync(packages, { recursive: true });
  const files = readdirSync(join(temporary, 'packages'));
  for (const file of files) renameSync(join(temporary, 'packages', file), join(packages, file));
  for (const file of ['tick.js', 'robed.js']) renameSync(join(temporary, file), join(dist, file));

  const previous: string[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : [];
  writeFileSync(join(temporary, 'manifest.json'), JSON.stringify(files));
  renameSync(join(temporary, 'manifest.json'), manifest);
  retire(packages, new Set(files), new Set(previous));
}

function retire(folder: string, current: Set<string>, previous: Set<string>): void {
  const now = Date.now();
  for (const file of readdirSync(folder)) {
    if (current.has(file)) continue;
    const path = join(folder, file);
    // The time of a file that is no longer in use is when that came to be so.
    if (previous.has(file)) utimesSync(path, now / 1000, now / 1000);
    else if (now - statSync(path).mtimeMs > KEEP_MS) rmSync(path);
  }
}
