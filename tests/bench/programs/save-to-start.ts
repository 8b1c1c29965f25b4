/**
 * save-to-start.ts <queue> <fifo> <samples>: saves a queue that is watched, by a rename, and takes
 * the time until the body of its new task has written into the pipe.
 */
import { constants, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { entry } from '../house.ts';

/** Milliseconds that the house rests between two saves, as with a person: at least, and up to so many more. */
const REST = [100, 100] as const;

const [queue = '', fifo = '', wanted = ''] = process.argv.slice(2);
// Open for writing too, so that it never ends; the read below waits in the kernel.
const pipe = openSync(fifo, constants.O_RDWR);
const byte = Buffer.alloc(2);
const ms: number[] = [];
for (let sample = -5; sample < Number(wanted); sample++) {
  const id = `SAVE-${sample + 6}`;
  writeFileSync(`${queue}.new`, readFileSync(queue, 'utf8') + entry(id, `echo >'${fifo}'`));
  const saved = performance.now();
  renameSync(`${queue}.new`, queue);
  readSync(pipe, byte, 0, 1, null);
  if (sample >= 0) ms.push(performance.now() - saved);
  await until(`${id} COMPLETE`, () =>
    new RegExp(`^### ${id}:.*\\n- \\*\\*Status:\\*\\* COMPLETE`, 'm').test(
      readFileSync(queue, 'utf8'),
    ),
  );
  await sleep(REST[0] + Math.random() * REST[1]);
}
console.log(JSON.stringify({ ms }));
