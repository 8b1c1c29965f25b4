import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { abandonedSwaps, lateWrites, replaceByExchange } from '../../lib/platform/exchange.ts';
import { armFaults, atStep, systemError } from '../../lib/platform/faults.ts';
import { exchange, hasWriter } from '../../lib/platform/native.ts';
import { hashOf, readSnapshot } from '../../lib/platform/snapshot.ts';
import { leftovers, scratch } from './scratch.ts';

afterEach(() => armFaults(null));

const none = () => false;
const everybodyIsDead = () => false;
const canExchange = process.platform === 'linux' || process.platform === 'darwin';
const canLease = process.platform === 'linux';

function queue(text: string): string {
  const file = join(scratch(), 'queue.md');
  writeFileSync(file, text);
  return file;
}

const read = (path: string) => readFileSync(path, 'utf8');

describe.each([
  ['by exchange', canExchange, exchange],
  ['without an exchange', true, none],
] as const)('replaceByExchange %s', (_, able, swap) => {
  test.runIf(able)('replaces what was expected, and keeps what it displaced', () => {
    const file = queue('base');
    chmodSync(file, 0o640);
    const result = replaceByExchange(file, 'ours', hashOf('base'), swap);
    expect(result.ok).toBe(true);
    expect(read(file)).toBe('ours');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(read(result.kept as string)).toBe('base');
  });

  test.runIf(able)('hands back a save that it displaced', () => {
    const file = queue('saved meanwhile');
    const result = replaceByExchange(file, 'ours', hashOf('base'), swap);
    expect(result).toMatchObject({ ok: false, written: true });
    expect((result as { displaced: Buffer }).displaced.toString()).toBe('saved meanwhile');
    expect(read(file)).toBe('ours');
    expect(read(result.kept as string)).toBe('saved meanwhile');
  });

  test.runIf(able)('writes nothing where the file is gone', () => {
    const file = queue('base');
    const gone = (a: string, b: string): boolean => {
      rmSync(file);
      return swap(a, b);
    };
    const result = replaceByExchange(file, 'ours', hashOf('base'), gone);
    expect(result).toEqual({ ok: false, written: false, displaced: null, kept: null });
    expect(leftovers(dirname(file))).toEqual([]);
  });

  test.runIf(able)('writes through a symlink', () => {
    const file = queue('base');
    const link = join(dirname(file), 'link.md');
    symlinkSync('queue.md', link);
    expect(replaceByExchange(link, 'ours', hashOf('base'), swap).ok).toBe(true);
    expect(read(file)).toBe('ours');
  });

  test.runIf(able)('loses nothing at whatever step it fails', () => {
    let total = 0;
    armFaults(() => {
      total += 1;
    });
    replaceByExchange(queue('base'), 'ours', hashOf('base'), swap);
    for (let at = 1; at <= total; at += 1) {
      const file = queue('a save');
      armFaults(
        atStep(at, (operation, path) => {
          throw systemError('EIO', operation, path);
        }),
      );
      expect(() => replaceByExchange(file, 'ours', hashOf('base'), swap), `step ${at}`).toThrow(
        'EIO',
      );
      armFaults(null);
      const kept = leftovers(dirname(file), 'queue.md').map((name) =>
        read(join(dirname(file), name)),
      );
      expect([read(file), ...kept], `step ${at}`).toContain('a save');
      expect(['a save', 'ours']).toContain(read(file));
    }
  });

  test.runIf(able)('loses nothing at whatever step it is killed', () => {
    let total = 0;
    armFaults(() => {
      total += 1;
    });
    replaceByExchange(queue('base'), 'ours', hashOf('base'), swap);
    for (let at = 1; at <= total; at += 1) {
      const file = queue('a save');
      // From its N-th step on nothing reaches the disk any more, tidying included.
      armFaults(atStep(at, die));
      expect(() => replaceByExchange(file, 'ours', hashOf('base'), swap)).toThrow('killed');
      armFaults(null);
      const orphans = abandonedSwaps(dirname(file), everybodyIsDead).map((orphan) =>
        read(orphan.path),
      );
      expect([read(file), ...orphans], `step ${at}`).toContain('a save');
    }
  });

  test.runIf(able && canLease)('loses no save of an editor in a hurry', async () => {
    const file = queue('start');
    const found = new Set<string>(['start']);
    const kept: [string, string][] = [];
    const ours: string[] = [];
    let displacements = 0;
    const editor = hurriedEditor(file, 600);
    for (let n = 0; editor.child.exitCode === null; n += 1) {
      await setImmediate();
      const base = readPatiently(file);
      if (!base) continue;
      found.add(base.bytes.toString());
      const text = `robed ${n} ${'-'.repeat((n * 53) % 2000)}\n`;
      const result = replaceByExchange(file, text, base.hash, swap);
      if (result.ok || result.written) ours.push(text);
      if (!result.ok && result.displaced) {
        displacements += 1;
        found.add(result.displaced.toString());
      }
      const last = result.ok || !result.displaced ? base.hash : hashOf(result.displaced);
      if (result.kept) kept.push([result.kept, last]);
    }
    const { written, overwritten } = await editor.record;
    for (const [path, hash] of kept) {
      const late = lateWrites(path, hash);
      expect(late.open).toBe(false);
      if (late.changed) found.add(late.changed.toString());
    }
    for (const text of [read(file), ...overwritten]) found.add(text);
    expect([...written, ...ours].filter((text) => !found.has(text))).toEqual([]);
    expect(written).toHaveLength(600);
    expect(displacements).toBeGreaterThan(0);
  });
});

test('a save that falls between the two steps of a replacement without exchange stays in place', () => {
  const file = queue('base');
  armFaults((operation, path) => {
    if (operation === 'link' && path === file) writeFileSync(file, 'saved in the window');
  });
  const result = replaceByExchange(file, 'ours', hashOf('base'), none);
  expect(result).toMatchObject({ ok: false, written: false, displaced: null });
  expect(read(file)).toBe('saved in the window');
});

test('a filesystem with neither exchange nor hard links gets an error, and keeps its file', () => {
  const file = queue('base');
  armFaults((operation, path) => {
    if (operation === 'link') throw systemError('EPERM', operation, path);
  });
  expect(() => replaceByExchange(file, 'ours', hashOf('base'), none)).toThrow('EPERM');
  expect(read(file)).toBe('base');
  expect(leftovers(dirname(file), 'queue.md')).toEqual([]);
});

test('a file whose replacer died between the two steps is put back, unless a newer one is there', () => {
  const file = queue('base');
  const folder = dirname(file);
  armFaults((operation, path) => {
    if (operation === 'link' && path === file) die();
  });
  expect(() => replaceByExchange(file, 'ours', hashOf('base'), none)).toThrow('killed');
  armFaults(null);
  expect(existsSync(file)).toBe(false);
  expect(abandonedSwaps(folder, everybodyIsDead).map(({ path }) => read(path))).toEqual(['ours']);
  expect(read(file)).toBe('base');
});

test.runIf(canExchange)('a folder that took the name is put back', () => {
  const file = queue('base');
  const swapFolder = (a: string, b: string): boolean => {
    if (!statSync(file).isDirectory() && !existsSync(`${file}.old`)) {
      renameSync(file, `${file}.old`);
      mkdirSync(file);
    }
    return exchange(a, b);
  };
  expect(() => replaceByExchange(file, 'ours', hashOf('base'), swapFolder)).toThrow('EINVAL');
  expect(statSync(file).isDirectory()).toBe(true);
  expect(leftovers(dirname(file), 'queue.md', 'queue.md.old')).toEqual([]);
});

test.runIf(canExchange)('a link that took the name is put back, and not followed', () => {
  const file = queue('base');
  const swapLink = (a: string, b: string): boolean => {
    if (!existsSync(`${file}.old`)) {
      renameSync(file, `${file}.old`);
      symlinkSync('queue.md.old', file);
    }
    return exchange(a, b);
  };
  expect(() => replaceByExchange(file, 'ours', hashOf('base'), swapLink)).toThrow('ELOOP');
  expect(readlinkSync(file)).toBe('queue.md.old');
});

test.runIf(canLease)(
  'lateWrites waits for who still writes, tells what came, and unlinks the rest',
  () => {
    const file = queue('base');
    const fd = openSync(file, 'r+');
    const result = replaceByExchange(file, 'ours', hashOf('base'));
    const kept = result.kept as string;
    expect(lateWrites(kept, hashOf('base'))).toEqual({ changed: null, open: true });
    writeSync(fd, 'late', 0);
    closeSync(fd);
    expect(lateWrites(kept, hashOf('base')).changed?.toString()).toBe('late');
    expect(existsSync(kept)).toBe(true);
    expect(lateWrites(kept, hashOf('late'))).toEqual({ changed: null, open: false });
    expect(existsSync(kept)).toBe(false);
  },
);

test.runIf(canLease)('hasWriter tells an open writer from a reader', () => {
  const file = queue('base');
  const reader = openSync(file, 'r');
  expect(hasWriter(reader)).toBe(false);
  const writer = openSync(file, 'a');
  expect(hasWriter(reader)).toBe(true);
  closeSync(writer);
  expect(hasWriter(reader)).toBe(false);
  closeSync(reader);
});

test.runIf(canLease)('somebody who opens the file during the lease does not kill us', () => {
  const native = new URL('../../lib/platform/native.ts', import.meta.url).href;
  const script = `
    import { openSync } from 'node:fs';
    import { hasWriter } from '${native}';
    hasWriter(openSync(process.argv[1], 'r'));
    process.kill(process.pid, 'SIGIO'); // as the kernel does
  `;
  const argv = ['--input-type=module', '-e', script, queue('x')];
  expect(spawnSync(process.execPath, argv).status).toBe(0);
});

test('without koffi it works all the same, and says what it cannot tell', () => {
  const folder = scratch();
  const lib = fileURLToPath(new URL('../../lib', import.meta.url));
  for (const room of ['core', 'platform']) {
    cpSync(join(lib, room), join(folder, 'lib', room), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'q'), 'base');
  const script = `
    import { readFileSync } from 'node:fs';
    import { lateWrites, replaceByExchange } from './lib/platform/exchange.ts';
    const [hash] = process.argv.slice(1);
    const { ok, kept } = replaceByExchange('q', 'ours', hash);
    const { changed, open } = lateWrites(kept, hash);
    const [queue, base] = [readFileSync('q', 'utf8'), readFileSync(kept, 'utf8')];
    process.stdout.write(JSON.stringify({ ok, changed, open, queue, base }));
  `;
  const argv = ['--input-type=module', '-e', script, hashOf('base')];
  const { stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  const expected = { ok: true, changed: null, open: null, queue: 'ours', base: 'base' };
  expect(JSON.parse(stdout)).toEqual(expected);
});

test.runIf(canExchange)('exchange throws as Node would where a file is missing', () => {
  const file = queue('x');
  expect(() => exchange(file, `${file}.none`)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

function die(): void {
  armFaults(die);
  throw new Error('killed');
}

function readPatiently(file: string) {
  try {
    return readSnapshot(file);
  } catch {
    return null;
  }
}

function hurriedEditor(file: string, saves: number) {
  const script = fileURLToPath(new URL('saver.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, file, String(saves)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (piece) => {
    output += piece;
  });
  const record = once(child, 'close').then(
    () => JSON.parse(output) as { written: string[]; overwritten: string[] },
  );
  return { child, record };
}
