// After `npm ci`: puts the pinned Node where npm's scripts find it, and builds the bundle by it.
// Plain JavaScript, so that an older Node gets that far.
import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPinnedNode } from './pinned-node.js';

const REQUIRED = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = findPinnedNode(root);
const recent = Number(process.versions.node.split('.')[0]) >= REQUIRED;

if (pinned === null && !recent) {
  process.stderr.write(
    `robed: Node ${REQUIRED} or later is needed, and this is ${process.version}\n` +
      '  no package brings one to this system (or optional ones were left out): install it, then `npm ci` again\n',
  );
  process.exitCode = 1;
} else {
  if (pinned !== null) link('node', pinned);
  // npm finds a package's own commands only where they are called as the package is.
  link('provision-wizard', join(root, 'scripts', 'provision-wizard.js'));
  const { status, error } = spawnSync(pinned || process.execPath, ['scripts/build.ts'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error) throw error;
  process.exitCode = status === null ? 1 : status;
}

/**
 * A command in node_modules/.bin. npm 10 installs the Node for this system, then takes its command
 * away again together with those of the packages for other systems, which have the same name.
 */
function link(name, target) {
  const folder = join(root, 'node_modules', '.bin');
  const path = join(folder, name);
  if (process.platform === 'win32' || !existsSync(folder) || existsSync(path)) return;
  symlinkSync(relative(folder, target), path);
}
