/**
 * An editor in a hurry, run as a process of its own: saves a file COUNT times, in place, by rename
 * and as vim does, and notes every text that it overwrote itself. Prints what it wrote and overwrote.
 */
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { exchange } from '../../lib/platform/native.ts';

const [path = '', count = '0'] = process.argv.slice(2);
const written: string[] = [];
const overwritten: string[] = [];
const saves = [saveInPlace, saveByRename, saveLikeVim];

for (let n = 0; n < Number(count); ) {
  const text = `save ${n} ${'.'.repeat((n * 37) % 3000)} end\n`;
  try {
    saves[n % saves.length]?.(text);
    written.push(text);
    n += 1;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  }
}
process.stdout.write(JSON.stringify({ written, overwritten }));

function saveInPlace(text: string): void {
  const fd = openSync(path, 'r+');
  overwritten.push(readFileSync(fd, 'utf8'));
  ftruncateSync(fd);
  writeSync(fd, text.slice(0, 10), 0);
  writeSync(fd, text.slice(10), 10);
  closeSync(fd);
}

/** By exchange instead of rename, so that it can tell what it overwrote. */
function saveByRename(text: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text);
  exchange(temporary, path);
  overwritten.push(readFileSync(temporary, 'utf8'));
  unlinkSync(temporary);
}

function saveLikeVim(text: string): void {
  const backup = `${path}~`;
  renameSync(path, backup);
  overwritten.push(readFileSync(backup, 'utf8'));
  writeFileSync(path, text, { flag: 'wx' });
}
