/**
 * Bundles lib/cli/main.ts into dist/: our own code is one file, since each file more costs Node
 * 0.7 ms, and packages stand apart, since most ticks need none of them. What a tick needs of it is
 * a file as well, since what is loaded costs by its length.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../lib/core/package-root.ts';
import { lazyBuiltins } from './bundle/lazy-builtins.ts';
import { mainApart } from './bundle/main-apart.ts';
import { bundlePackages, packagesApart, REQUIRE } from './bundle/packages.ts';
import { publish } from './bundle/publish.ts';

const root = packageRoot();
const temporary = join(root, `dist.tmp-${process.pid}`);
const started = performance.now();
try {
  const packages = await bundlePackages(root, temporary);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { robed: 'lib/cli/main.ts', tick: 'lib/cli/tick-main.ts' },
    outdir: temporary,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    plugins: [mainApart, lazyBuiltins, packagesApart(packages)],
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
    banner: { js: REQUIRE },
  });
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
