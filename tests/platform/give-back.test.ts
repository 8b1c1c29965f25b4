import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { nativeFunction } from '../../lib/platform/native.ts';

/** In a process of its own: what it held before and after, and that it still works. */
const SCRIPT = `
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { giveBackMemory } from '${join(packageRoot(), 'lib/platform/give-back.ts')}';
const held = () => {
  const text = readFileSync('/proc/self/smaps_rollup', 'utf8');
  const [rss, own] = ['Rss', 'Anonymous'].map((name) => Number(new RegExp(name + ': +([0-9]+)').exec(text)[1]));
  return { own, file: rss - own };
};
const work = () => {
  let rows = Array.from({ length: 300_000 }, (_, at) => ({ at, name: 'row ' + at }));
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
};
const hash = work();
// What malloc has given out here and there, and got back in between.
let buffers = Array.from({ length: 200_000 }, () => Buffer.allocUnsafeSlow(300));
buffers = buffers.filter((_, at) => at % 100 === 0);
const before = held();
await giveBackMemory();
const after = held();
console.log(JSON.stringify({ before, after, kept: buffers.length, same: work() === hash }));
`;

test.runIf(process.platform === 'linux')(
  'memory that is not needed goes back to the system, and the process works on',
  () => {
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    const { before, after, same } = JSON.parse(ran.stdout);
    expect(same).toBe(true);
    expect(after.own).toBeLessThan(before.own / 2);
    expect(after.file).toBeLessThan(before.file / 2);
  },
);

test.runIf(process.platform === 'linux')('no memory goes to asking for it again', () => {
  const trim = 'int malloc_trim(size_t pad)';
  expect(nativeFunction(trim)).not.toBeNull();
  expect(nativeFunction(trim)).toBe(nativeFunction(trim));
  expect(nativeFunction('int no_such_function()')).toBeNull();
  expect(nativeFunction('int no_such_function()')).toBeNull();
});
