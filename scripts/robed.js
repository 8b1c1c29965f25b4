#!/usr/bin/env node
// The `robed` command. Plain JavaScript that any Node since 12.22 can parse: it finds a Node that
// can run the bundle, and says so clearly where there is none. It imports next to nothing, since
// each tick of cron pays for it.
const REQUIRED = 24;
// What cron fires, and what that starts, has a bundle of its own, and so has the watcher.
const OWN = new Map([
  ['dispatch', 'tick'],
  ['task-monitor', 'tick'],
  ['runner', 'tick'],
  ['start', 'start'],
]);
const own = OWN.get(process.argv[2]) || 'robed';
const bundle = new URL(`../dist/${own}.js`, import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= REQUIRED) {
  const module = process.getBuiltinModule('node:module');
  module.enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/robed`);
  import(bundle.href).then(runHere, explainMissing);
} else {
  Promise.all([
    import('node:child_process'),
    import('node:os'),
    import('node:url'),
    import('./pinned-node.js'),
  ]).then(runByPinnedNode);
}

async function runHere(robed) {
  process.exitCode = await robed.main(process.argv.slice(2));
}

function explainMissing(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  fail(error.message, `run \`npm run build\` in ${import.meta.dirname}/..`);
}

function runByPinnedNode([{ spawn }, { constants }, { fileURLToPath }, { findPinnedNode }]) {
  const script = fileURLToPath(import.meta.url);
  const node = findPinnedNode(fileURLToPath(new URL('..', import.meta.url)));
  if (node === null) {
    fail(
      `Node ${REQUIRED} or later is needed, and this is ${process.version}`,
      'run `npm ci` (it brings the right one where it can), or install it',
    );
    return;
  }
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => fail(`${node} can't be started: ${error.message}`, 'run `npm ci`'));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
  });
}

function fail(message, hint) {
  process.stderr.write(`robed: ${message}\n  ${hint}\n`);
  process.exitCode = 78;
}
