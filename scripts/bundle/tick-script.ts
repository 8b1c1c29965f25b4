import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bundles that are such scripts, by what they are called in dist/. */
type Warmed = 'tick' | 'start';

/**
 * Makes of `folder`/tick.cjs, which esbuild wrote, a script that Node starts with what V8 had compiled of it
 * when it was used (warm-up.ts): a module's own cache holds only what is compiled before it runs.
 * tick.js stays the way in; the watcher's are start.cjs and start.js. Script and cache carry the hash of
 * the text, so that no text ever meets the cache of another; V8 itself refuses one of another V8.
 */
export function writeWarmScript(folder: string, bundle: Warmed): void {
  const source = join(folder, `${bundle}.cjs`);
  const plain = readFileSync(source, 'utf8');
  rmSync(source);
  // A script's own `import()` is an experiment of Node's, of which it warns.
  const body = plain.replaceAll('import("./', 'importBeside("./');
  const text = `(function (module, require, importMetaUrl, importBeside) {${body}\n})`;
  const name = `${bundle}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  writeFileSync(join(folder, `${name}.cjs`), text);
  writeFileSync(join(folder, `${bundle}.js`), loader(name));
  const warmUp = [join(import.meta.dirname, 'warm-up.ts'), bundle, folder, `${name}.cache`];
  const { status, stderr } = spawnSync(process.execPath, warmUp, {
    encoding: 'utf8',
    // Neither a run's nor a household's, and no flags, which V8 would make part of the cache.
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir() },
    timeout: 60_000,
  });
  // Without it all is as it is, but slower.
  if (status !== 0) console.warn(`no cache for ${bundle}.js:\n${stderr}`);
}

const loader = (name: string): string => `
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');
const { createRequire } = process.getBuiltinModule('node:module');
const filename = import.meta.dirname + '/${name}.cjs';
let cachedData;
try {
  cachedData = readFileSync(import.meta.dirname + '/${name}.cache');
} catch {}
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
const module = { exports: {} };
const { url } = import.meta;
script.runInThisContext()(module, createRequire(url), url, (path) => import(path));
export const { main } = module.exports;
export const createCachedData = () => script.createCachedData();
`;
