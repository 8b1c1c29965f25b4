import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { armFaults, atStep, step, systemError } from '../../lib/platform/faults.ts';
import { sweepTemporaries } from '../../lib/platform/temp-files.ts';
import { leftovers, scratch } from './scratch.ts';

afterEach(() => armFaults(null));

const room = new URL('../../lib/platform', import.meta.url).href;

const SCRIPT = `
import { writeAtomic } from '${room}/atomic-write.ts';
try {
  writeAtomic(process.argv[1], 'new');
  process.stdout.write('done');
} catch (error) {
  process.stdout.write(error.code);
}
`;

/** Writes `new` over `file` in a process of its own. */
function writer(file: string, env: Record<string, string>) {
  const argv = ['--input-type=module', '-e', SCRIPT, file];
  return spawnSync(process.execPath, argv, { encoding: 'utf8', env: { ...process.env, ...env } });
}

test('an armed hook sees every step, and atStep acts at one of them', () => {
  const seen: string[] = [];
  armFaults(atStep(2, (operation, path) => seen.push(`${operation} ${path}`)));
  for (const path of ['a', 'b', 'c']) step('write', path);
  expect(seen).toEqual(['write b']);
});

test('systemError looks like one of Node', () => {
  expect(systemError('ENOSPC', 'write', '/a')).toMatchObject({
    code: 'ENOSPC',
    syscall: 'write',
    path: '/a',
    message: "ENOSPC: no space left on device, write '/a'",
  });
  expect(systemError('EDQUOT?', 'write', '/a').message).toBe("EDQUOT?: failed, write '/a'");
});

test('killed at any step, a write leaves the old file or the new one, and what it left is swept', () => {
  const file = join(scratch(), 'a');
  writeFileSync(file, 'old');
  let at = 1;
  for (; ; at += 1) {
    const { signal, stdout } = writer(file, { ROBED_FAULT_SEAM: '1', ROBED_FAULT: `kill:${at}` });
    if (stdout === 'done') break;
    expect(signal).toBe('SIGKILL');
    expect(readFileSync(file, 'utf8')).toMatch(/^(old|new)$/);
    sweepTemporaries(join(file, '..'));
    expect(leftovers(join(file, '..'), 'a')).toEqual([]);
  }
  expect(at).toBeGreaterThan(5);
});

test('the seam does nothing unless it is opened by name', () => {
  const file = join(scratch(), 'a');
  expect(writer(file, { ROBED_FAULT: 'kill:1' }).stdout).toBe('done');
  const failing = { ROBED_FAULT_SEAM: '1', ROBED_FAULT: 'error:ENOSPC:2' };
  expect(writer(file, failing).stdout).toBe('ENOSPC');
  expect(readFileSync(file, 'utf8')).toBe('new');
});

/** Runs a program on a disk of 64 KB at `folder`, in a mount namespace that ends with it. */
function onTinyDisk(folder: string, ...argv: string[]) {
  const mount = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"';
  const unshare = `exec unshare -rm sh -c '${mount}' "$@"`;
  return spawnSync('sh', ['-c', unshare, 'sh', folder, ...argv], { encoding: 'utf8' });
}

const FILL = `
import { readdirSync, readFileSync } from 'node:fs';
import { writeAtomic } from '${room}/atomic-write.ts';
import { replaceByExchange } from '${room}/exchange.ts';
import { hashOf } from '${room}/snapshot.ts';
const [folder] = process.argv.slice(1);
const file = folder + '/a';
const big = 'x'.repeat(100_000);
const codes = [];
writeAtomic(file, 'old');
for (const write of [() => writeAtomic(file, big), () => replaceByExchange(file, big, hashOf('old'))]) {
  try {
    write();
  } catch (error) {
    codes.push(error.code);
  }
}
const text = readFileSync(file, 'utf8');
process.stdout.write(JSON.stringify({ codes, text, names: readdirSync(folder) }));
`;

test.skipIf(onTinyDisk(tmpdir(), 'true').status !== 0)(
  'on a full disk (64 KB; needs the right to mount) the old file stays and nothing is left',
  () => {
    const argv = [process.execPath, '--input-type=module', '-e', FILL];
    const folder = scratch();
    const { stdout } = onTinyDisk(folder, ...argv, folder);
    const expected = { codes: ['ENOSPC', 'ENOSPC'], text: 'old', names: ['a'] };
    expect(JSON.parse(stdout)).toEqual(expected);
  },
);
