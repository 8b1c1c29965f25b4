/**
 * warm-up.ts tick|start <folder> <file>: uses <folder>/tick.js as ticks and runners do, or start.js
 * as a watcher, on a household of its own, then writes what V8 compiled of it to <folder>/<file>.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [bundle = '', folder = '', file = ''] = process.argv.slice(2);
const { main, createCachedData } = await import(join(folder, `${bundle}.js`));
const root = mkdtempSync(join(tmpdir(), 'robed-warm-up-'));
const home = join(root, 'wizards', 'warm', 'home');
const entry = (id: string, status: string) =>
  `### ${id}: Task ${id}\n- **Status:** ${status}\n- **Priority:** P2\n\n\`\`\`sh\ntrue\n\`\`\`\n\n`;
// What the tick starts as a runner only waits; a real one is called below, where it is seen.
process.execPath = join(root, 'runner');
try {
  writeFileSync(process.execPath, '#!/bin/sh\nwhile [ -e "$0" ]; do sleep 0.1; done\n', {
    mode: 0o700,
  });
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, '..', 'house.yaml'),
    'queue: {adopted: true}\nbodies: {allow: [shell]}\n',
  );
  await (bundle === 'start' ? watch() : tick());
  writeFileSync(join(folder, file), createCachedData(), { flush: true });
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function dispatch(queue: string): Promise<void> {
  writeFileSync(join(home, 'WORK-QUEUE.md'), queue);
  await main(['dispatch', '--root', root, '--wizard', 'warm']);
}

async function tick(): Promise<void> {
  await dispatch(entry('T-1', 'DEFERRED') + entry('T-2', 'DEFERRED'));
  await dispatch(entry('T-1', 'DEFERRED') + entry('T-2', 'DEFERRED') + entry('T-3', 'PENDING'));
  const trigger = readFileSync(join(home, 'work', 'T-3.active'), 'utf8');
  const run = /^run: (\S+)$/m.exec(trigger)?.[1] ?? '';
  await main(['runner', '--root', root, '--wizard', 'warm', '--run', run]);
  await main(['dispatch', '--root', root, '--wizard', 'warm']);
}

/** Enough tasks for a row, which `true` alone makes. */
async function watch(): Promise<void> {
  const queue = Array.from({ length: 8 }, (_, at) => entry(`T-${at}`, 'PENDING'));
  writeFileSync(join(home, 'WORK-QUEUE.md'), queue.join(''));
  await main(['start', '--root', root, '--until-idle']);
}
