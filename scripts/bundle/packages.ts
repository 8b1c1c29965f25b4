import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { lazyExports } from './lazy-exports.ts';
import { leanPackages } from './lean-packages.ts';

/** Packages that most commands do without. Each is a file of its own, loaded at its first use. */
const APART = [
  '@bomb.sh/tab',
  'chokidar',
  'commander',
  'execa',
  'node-cron',
  'proper-lockfile',
  'remark',
  'remark-gfm',
  'yaml',
  'zod',
];

/** Bundle them into `outdir`/packages. Returns their files there, by package. */
export async function bundlePackages(root: string, outdir: string): Promise<Map<string, string>> {
  const entries = APART.map((name) => ({
    in: name,
    out: name.replace(/^@/, '').replace('/', '-'),
  }));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: `${outdir}/packages`,
    entryNames: '[name]-[hash]',
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
    banner: { js: REQUIRE },
    plugins: [entryPackages, leanPackages],
  });
  const files = new Map<string, string>();
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    const name = entryPoint?.replace('entry:', '');
    if (name !== undefined) files.set(name, basename(file));
  }
  return files;
}

/** CommonJS dependencies ask for Node's own modules by `require`. */
export const REQUIRE =
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

/** A package as an entry exports all that Node would see in it, by name; also where it is CommonJS. */
const entryPackages: Plugin = {
  name: 'entry-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point' ? { path, namespace: 'entry' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'entry' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'module.exports');
      return {
        contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};`,
        resolveDir: process.cwd(),
      };
    });
  },
};

/** Our own code loads those files: at `import()`, or where it imports statically at the first use. */
export function packagesApart(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'packages-apart',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) => {
        const file = files.get(path);
        if (file === undefined) return;
        if (kind === 'dynamic-import') return { path: `./packages/${file}`, external: true };
        return { path, namespace: 'package' };
      });
      onResolve({ filter: /.*/, namespace: 'package' }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: 'package' }, async ({ path }) => {
        const names = Object.keys(await import(path));
        return { contents: lazyExports(names, `require('./packages/${files.get(path)}')`) };
      });
    },
  };
}
