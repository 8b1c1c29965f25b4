/** scan.ts <queue> <tasks>: what one change of a status costs, first in a new process, then warm. */
import { readFileSync } from 'node:fs';
import { applyEdits } from '../../../lib/core/text-edit.ts';
import { writeAtomic } from '../../../lib/platform/atomic-write.ts';
import type { QueueDocument } from '../../../lib/queue/document.ts';
import { setStatus } from '../../../lib/queue/edit.ts';
import { decodeQueue, parseQueue } from '../../../lib/queue/parse.ts';
import type { Pass } from '../rows/scan.ts';

const [path = '', tasks = ''] = process.argv.slice(2);
const size = Number(tasks);

/** As a watcher keeps it. */
let last: QueueDocument | null = null;

const cold = pass('IN_PROGRESS');
const warm: Pass[] = [];
for (let warmUp = 15; warmUp > 0; warmUp--) pass('PENDING');
for (let count = 10; count > 0; count--) {
  warm.push(pass(count % 2 === 0 ? 'IN_PROGRESS' : 'PENDING'));
}
console.log(JSON.stringify({ cold, warm }));

function pass(status: 'PENDING' | 'IN_PROGRESS'): Pass {
  const times = [performance.now()];
  const step = () => times.push(performance.now());
  const { text } = decodeQueue(readFileSync(path));
  step();
  const doc = parseQueue(text, { path, ...(last === null ? {} : { before: last }) });
  step();
  const entry = doc.entries[Math.floor(doc.entries.length / 2)];
  if (doc.entries.length !== size || entry === undefined) {
    throw new Error(`${doc.entries.length} of ${size} tasks were found`);
  }
  const changed = applyEdits(text, setStatus(doc, entry, status));
  step();
  writeAtomic(path, changed);
  step();
  last = doc;
  const [read, parse, set, write] = times.slice(1).map((time, at) => time - (times[at] as number));
  return { read, parse, set, write } as Pass;
}
