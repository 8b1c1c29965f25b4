import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { asciiOnly } from '../../scripts/bundle/ascii-only.ts';
import { testHouse } from '../support/household.ts';

test('the watcher starts from a bundle of its own, without the whole one', () => {
  const root = packageRoot();
  const checkout = mkdtempSync(join(tmpdir(), 'start-bundle-'));
  for (const name of ['package.json', 'scripts', 'migrations', 'templates', 'dist']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  rmSync(join(checkout, 'dist', 'robed.js'));
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  const house = testHouse('### T-1: One\n- **Status:** PENDING\n\n```sh\ntrue\n```\n');
  const argv = [join(checkout, 'scripts', 'robed.js'), 'start', '--root', house.root];
  const ran = spawnSync(process.execPath, [...argv, '--until-idle'], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  expect(house.queue()).toContain('COMPLETE');
});

test('what is loaded is ASCII throughout: a wider letter would double its text in memory', () => {
  const dist = join(packageRoot(), 'dist');
  const packages = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as string[];
  for (const file of ['robed.js', 'start.js', ...packages.filter((name) => /\.c?js$/.test(name))]) {
    expect(readFileSync(join(dist, file), 'utf8').search(/[^\0-\x7f]/), file).toBe(-1);
  }
});

test('escaped, a script means what it meant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ascii-'));
  const text = [
    String.raw`export const words = ['\–', '\\–', "名前 🦞"];`,
    String.raw`export const patterns = [/[·•–-]/, /\–/, /[\\–]/, /^[\p{L}☑🦞]+$/u];`,
  ].join('\n');
  writeFileSync(join(folder, 'before.mjs'), text);
  writeFileSync(join(folder, 'after.js'), text);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  asciiOnly(folder);
  const before = await import(join(folder, 'before.mjs'));
  const after = await import(join(folder, 'after.js'));
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readFileSync(join(folder, 'after.js'), 'utf8')).not.toContain('–');
  expect(after.words).toEqual(before.words);
  for (const [at, pattern] of before.patterns.entries()) {
    for (const sample of ['–', '\\', '·', '-', '名☑🦞', 'u2013', '\ud83e']) {
      expect(after.patterns[at].test(sample), `${pattern} ${sample}`).toBe(pattern.test(sample));
    }
  }
});
