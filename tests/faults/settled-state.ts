import type { DatabaseSync } from 'node:sqlite';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { readTree } from './snapshots.ts';

/**
 * A run's name; a file's inode, size and time; a moment, in milliseconds, as ISO 8601 says it or in
 * a file's name; a key.
 */
const CHANCE =
  /[0-9a-f]{32,}|\d{8}T\d{6}-[a-z0-9]{8}|\d+:\d+:\d{16,}|\b1\d{12}\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d[.\d]*)?Z?|\d{4}-?\d\d-?\d\d([T-]\d{4,6}(\.\d+)?Z?)?/g;

/**
 * The same words for what differs in nothing but what is drawn by chance: runs are numbered in the
 * order in which they come, moments are told as `tell` does.
 */
export function withoutChance(text: string, tell: (time: number) => string = () => '#'): string {
  const runs = new Map<string, string>();
  return text.replace(CHANCE, (found) => {
    if (/^1\d{12}$/.test(found)) return tell(Number(found));
    if (!/^\d{8}T\d{6}-/.test(found)) return '#';
    const number = runs.get(found) ?? `run ${runs.size}`;
    runs.set(found, number);
    return number;
  });
}

/**
 * A digest that two houses have in common where only chance makes them differ: then both come to the
 * same. Moments count from when the operation was done, or from when it was repaired.
 */
export function settledState(
  root: string,
  db: DatabaseSync,
  { done, repaired }: { done: number; repaired: number },
): string {
  const lines: string[] = [];
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  for (const { name } of tables.all())
    for (const row of db.prepare(`SELECT * FROM ${name} ORDER BY rowid`).all())
      lines.push(`${name} ${JSON.stringify(row)}`);
  for (const { path, mode, content } of readTree(root))
    if (!/\.db(-wal)?$/.test(path)) lines.push(`${path} ${mode} ${content}`);
  const tell = (time: number): string =>
    time < repaired ? `${time - done} after it` : `${time - repaired} after its repair`;
  return hashOf(withoutChance(lines.join('\n'), tell));
}
