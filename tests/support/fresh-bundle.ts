import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/core/package-root.ts';

/** Commands and runners are run from the bundle: it is made again where the sources are newer. */
export default function setup(): void {
  const root = packageRoot();
  const built = statSync(join(root, 'dist', 'robed.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['lib', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  );
  if (sources.every((path) => statSync(path).mtimeMs <= built)) return;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the bundle can't be built:\n${stderr}`);
}
