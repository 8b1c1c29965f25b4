/**
 * Bundles lib/cli/main.ts into dist/: our own code is one file, since each file more costs Node
 * 0.7 ms, and packages stand apart, since most ticks need none of them. What a tick needs of it is
 * a file as well, and what the watcher needs, since what is loaded costs by its length.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { packageRoot } from '../lib/core/package-root.ts';
import { asciiOnly } from './bundle/ascii-only.ts';
import { lazyBuiltins } from './bundle/lazy-builtins.ts';
import { mainApart } from './bundle/main-apart.ts';
import { bundlePackages, packagesApart, REQUIRE } from './bundle/packages.ts';
import { publish } from './bundle/publish.ts';
import { writeWarmScript } from './bundle/tick-script.ts';

const root = packageRoot();
const temporary = join(root, `dist.tmp-${process.pid}`);
const started = performance.now();
try {
  const packages = await bundlePackages(root, temporary);
  const options = {
    absWorkingDir: root,
    outdir: temporary,
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    plugins: [mainApart, lazyBuiltins, packagesApart(packages)],
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
  } satisfies BuildOptions;
  const { metafile } = await build({
    ...options,
    entryPoints: { robed: 'lib/cli/main.ts' },
    format: 'esm',
    banner: { js: REQUIRE },
  });
  await build({
    ...options,
    entryPoints: { tick: 'lib/cli/tick-main.ts', start: 'lib/cli/start-main.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: { 'import.meta.url': 'importMetaUrl' },
  });
  for (const folder of [temporary, join(temporary, 'packages')]) asciiOnly(folder);
  for (const bundle of ['tick', 'start'] as const) writeWarmScript(temporary, bundle);
  publish(temporary, join(root, 'dist'));
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  const ms = Math.round(performance.now() - started);
  console.log(
    `built dist/robed.js: ${Math.round(bytes / 1024)} KB and ${packages.size} packages, ${ms} ms`,
  );
} catch (error) {
  // esbuild has already said what is wrong with the code.
  if (!(error instanceof Error && 'errors' in error)) throw error;
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
