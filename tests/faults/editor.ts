/**
 * An editor at work on a queue, as a process of its own: `editor FILE MODE SAVES SEED`. Reads, changes
 * the person's words, saves; never touches a status. Logs one JSON line a save.
 */
import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { EFFECT, taskId } from './queues.ts';
import { seeded } from './random.ts';

/** How an editor saves, and whether it looks at the file again before. */
export type EditorMode = 'rename' | 'in-place' | 'stale-rename' | 'stale-in-place';

export interface Saved {
  hash: string;
  /** What the file held just before. */
  over: string;
  text: string;
}

/** One task more every so many saves, so that there is always work. */
const TASK_EVERY = 12;

/** vim writes pieces of this size. */
const PIECE = 8192;

const [file = '', mode = 'rename', saves = '1', seed = '1'] = process.argv.slice(2);
const random = seeded(Number(seed));
let buffer = readFileSync(file, 'utf8');

for (let number = 1; number <= Number(saves); number++) {
  if (!mode.startsWith('stale') || number % 25 === 0) buffer = whole() ?? buffer;
  buffer = change(buffer, number);
  const over = hashOf(readFileSync(file));
  if (mode.endsWith('rename')) {
    writeFileSync(`${file}~`, buffer);
    renameSync(`${file}~`, file);
  } else await writeInPlace(buffer);
  const saved: Saved = { hash: hashOf(buffer), over, text: buffer };
  process.stdout.write(`${JSON.stringify(saved)}\n`);
  const gap = random();
  await sleep(gap < 0.1 ? 100 : gap * 20);
}

/** What an editor loads; a file that is just being replaced is loaded again. */
function whole(): string | null {
  const text = readFileSync(file, 'utf8');
  return text.includes('Last words') ? text : null;
}

function change(text: string, number: number): string {
  const noted = text.replace(/^Note .*$/m, `Note ${number}, ${Math.floor(random() * 1e9)}`);
  if (number % TASK_EVERY !== 0) return noted;
  const block = [
    `## ${taskId(100 + number)}: Later stone`,
    '',
    '- **Status:** PENDING',
    '',
    ...EFFECT,
    '',
  ];
  return noted.replace('Last words', `${block.join('\n')}\nLast words`);
}

/** Truncates and writes pieces, with time for others in between. */
async function writeInPlace(text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const fd = openSync(file, 'w');
  for (let at = 0; at < bytes.length; at += PIECE) {
    if (random() < 0.5) await sleep(random() * 4);
    writeSync(fd, bytes.subarray(at, at + PIECE));
  }
  closeSync(fd);
}
