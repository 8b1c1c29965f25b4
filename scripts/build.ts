/** Bundles lib/cli/main.ts into dist/: one small entry, and a chunk for whatever is loaded lazily. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { packageRoot } from '../lib/core/package-root.ts';

const ENTRY = 'robed.js';
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

const root = packageRoot();
const dist = join(root, 'dist');
const temporary = join(root, `dist.tmp-${process.pid}`);
const manifest = join(dist, 'manifest.json');

/**
 * Node's own modules, each loaded at the first use of one of its exports: `import … from
 * 'node:crypto'` alone costs 6 ms where an empty script takes 20, and a plain `import` of
 * 'node:fs' 2 more, since it enumerates what is behind the getters. A module that is itself a
 * function or class (`node:events`) stands for itself.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const module = process.getBuiltinModule(path);
      const get = `process.getBuiltinModule(${JSON.stringify(path)})`;
      if (typeof module !== 'object') return { contents: `module.exports = ${get};` };
      return {
        contents: `let loaded;
for (const name of ${JSON.stringify(Object.keys(module))})
  Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= ${get})[name] });`,
      };
    });
  },
};

const started = performance.now();
try {
  const { metafile } = await bundle();
  const files = Object.keys(metafile.outputs).map((file) =>
    relative(temporary, join(root, file)).replaceAll('\\', '/'),
  );
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  publish(files);
  const ms = Math.round(performance.now() - started);
  console.log(
    `built dist/robed.js: ${files.length} files, ${Math.round(bytes / 1024)} KB, ${ms} ms`,
  );
} catch (error) {
  // esbuild has already said what is wrong with the code.
  if (!(error instanceof Error && 'errors' in error)) throw error;
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function bundle() {
  return build({
    absWorkingDir: root,
    entryPoints: { robed: 'lib/cli/main.ts' },
    outdir: temporary,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    plugins: [lazyBuiltins],
    keepNames: true,
    metafile: true,
    logLevel: 'warning',
    // CommonJS dependencies ask for Node's own modules by `require`.
    banner: {
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
    },
  });
}

/**
 * Chunks first, the entry last, each by a rename: whoever starts meanwhile gets the old program or
 * the new one. Chunks carry their hash, and old ones stay for a week after they were superseded,
 * since a watcher that runs on may yet load one.
 */
function publish(files: string[]): void {
  const previous: string[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : [];
  for (const file of [...files.filter((name) => name !== ENTRY), ENTRY]) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(temporary, file), join(dist, file));
  }
  writeFileSync(join(temporary, 'manifest.json'), JSON.stringify(files));
  renameSync(join(temporary, 'manifest.json'), manifest);
  retireChunks(new Set(files), new Set(previous));
}

function retireChunks(current: Set<string>, previous: Set<string>): void {
  const now = Date.now();
  for (const name of readdirSync(join(dist, 'chunks'))) {
    const file = `chunks/${name}`;
    const path = join(dist, file);
    if (current.has(file)) continue;
    if (previous.has(file)) utimesSync(path, now / 1000, now / 1000);
    else if (now - statSync(path).mtimeMs > KEEP_MS) rmSync(path);
  }
}
