/**
 * Robed beside what people would use instead, measured on this machine: `npm run bench -- --only
 * scan --runs 5 --json out.json`. docs/performance.md says how, and what the rows are.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { EXPERIMENTS } from '../tests/bench/experiments.ts';
import { renderJson, renderTable } from '../tests/bench/render.ts';
import { failedRow, type Row } from '../tests/bench/row.ts';
import { openSession } from '../tests/bench/session.ts';
import { readOptions } from './options.ts';

const HELP = `Examples:
  tests/support/install-peers.sh                 # once: what Robed is measured against
  npm run bench                                  # every row, some fifteen minutes
  npm run bench -- --only scan,save-to-start --quick
  npm run bench -- --json bench.json             # the figures as JSON

  --only <rows>   of ${EXPERIMENTS.map(({ name }) => name).join(', ')}, by commas
  --runs <n>      samples of each side, after one that does not count (5)
  --quick         fewer tasks and shorter waits: a look, nothing to quote
  --json <file>   {"version":1,"rows":[{"name","unit","ours","peer","ratio","reach","met"}]}

Ends with 0 where the work was done right, whether or not the reach was met; with 1 where not.`;

const { values, refuse } = readOptions('bench', HELP, {
  options: {
    only: { type: 'string' },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const wanted = values.only?.split(',');
const unknown = wanted?.filter((name) => !EXPERIMENTS.some((one) => one.name === name)) ?? [];
if (unknown.length > 0) refuse(`unknown row ${unknown.join(', ')}`);
const runs = Number(values.runs ?? (values.quick ? 2 : 5));
if (!Number.isInteger(runs) || runs < 1) refuse('--runs takes a number from 1');

const built = spawnSync(process.execPath, ['scripts/build.ts'], {
  cwd: `${import.meta.dirname}/..`,
  encoding: 'utf8',
});
if (built.status !== 0) refuse(`the build failed:\n${built.stderr}`);

const session = openSession({ runs, quick: values.quick });
process.on('exit', () => session.end());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(130));
}
const rows: Row[] = [];
for (const { name, measure } of EXPERIMENTS) {
  if (wanted && !wanted.includes(name)) continue;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name} …`);
  rows.push(...(await measure(session).catch((error: Error) => [failedRow(name, error.message)])));
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
process.stdout.write(renderTable(rows));
if (values.json !== undefined) writeFileSync(values.json, renderJson(rows));
process.exit(rows.some(({ problem }) => problem !== null) ? 1 : 0);
