/**
 * The fault tests, for as long as one likes: `npm run torture -- --only R1,R5 --points 10000
 * --minutes 10 --seed 7 --json out.json`. A failure prints the command that repeats it.
 */
import { writeFileSync } from 'node:fs';
import { FAULT_TESTS } from '../tests/faults/registry.ts';
import { countHarm, type Harm, type Tally } from '../tests/faults/tally.ts';
import { readOptions } from './options.ts';

const HARMS: readonly Harm[] = ['lost', 'duplicated', 'torn', 'unexplained'];
const SHOWN = 20;

const REACHES = Object.entries(FAULT_TESTS)
  .map(([id, { reach }]) => `${id} ${reach}`)
  .join(', ');

const HELP = `Examples:
  npm run torture -- --only R1 --points 10000    # kill it before 10,000 calls
  npm run torture -- --minutes 5 --seed 7        # all ten, in five minutes
  npm run torture -- --json faults.json          # the figures as JSON

  --only <ids>       of ${Object.keys(FAULT_TESTS).join(', ')}, by commas
  --points <n>       how many each tries at least (${REACHES})
  --minutes <n>      how long the whole takes at most (60)
  --seed <n>         the same seed tries the same (1)
  --scenario <name>, --point <name>   one case, as a failure's replay names it
  --json <file>      {"version":1,"tests":[{"id","tried","reach","lost","duplicated","torn","unexplained"}]}`;

const { values, refuse } = readOptions('torture', HELP, {
  options: {
    only: { type: 'string' },
    points: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string' },
    point: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const wanted = inTurn(values.only?.split(',') ?? Object.keys(FAULT_TESTS));
const unknown = wanted.filter((id) => !(id in FAULT_TESTS));
if (unknown.length > 0) refuse(`unknown test ${unknown.join(', ')}`);
const points = values.points === undefined ? undefined : Number(values.points);
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (![points ?? 0, minutes, seed].every((n) => n >= 0)) {
  refuse('--points, --minutes and --seed take numbers');
}

/** R1 is the last: what the others leave of their time is its. */
function inTurn(ids: string[]): string[] {
  return [...ids.filter((id) => id !== 'R1'), ...ids.filter((id) => id === 'R1')];
}

const row = (...cells: (string | number)[]): string =>
  cells.map((cell, at) => String(cell).padStart(at === 0 ? 6 : 12)).join('');

const minutesOf = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

console.log(`seed ${seed}, at most ${minutes} minutes`);
console.log(row('id', 'tried', 'reach', ...HARMS, 'seconds'));
const tallies: Tally[] = [];
const end = performance.now() + minutes * 60_000;
let shares = wanted.reduce((sum, id) => sum + (FAULT_TESTS[id]?.share ?? 0), 0);
for (const id of wanted) {
  const test = FAULT_TESTS[id];
  if (test === undefined) continue;
  const started = performance.now();
  // What one leaves of its time is the others'.
  const deadline = started + ((end - started) * test.share) / shares;
  shares -= test.share;
  const reach = reachOf(id);
  const tally = await test.run({
    seed,
    points: reach,
    deadline,
    ...(values.scenario === undefined ? {} : { scenario: values.scenario }),
    ...(values.point === undefined ? {} : { point: values.point }),
    progress: (now) => {
      if (!process.stderr.isTTY) return;
      const [passed, all] = [performance.now() - started, deadline - started];
      process.stderr.write(
        `\r${id}: ${now.tried} of ${reach}, ${now.failures.length} wrong, ${minutesOf(passed)} of ${minutesOf(all)} `,
      );
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  tallies.push(tally);
  const seconds = Math.round((performance.now() - started) / 1000);
  const harms = HARMS.map((harm) => countHarm(tally, harm));
  console.log(row(tally.id, tally.tried, reach, ...harms, seconds));
  for (const note of tally.notes) console.log(`       ${note}`);
  for (const reason of tally.skipped) console.log(`       left out: ${reason}`);
  for (const failure of tally.failures.slice(0, SHOWN)) {
    console.log(`       ${failure.harm}: ${failure.what}\n       replay: ${failure.replay}`);
  }
  if (tally.failures.length > SHOWN)
    console.log(`       and ${tally.failures.length - SHOWN} more`);
}

if (values.point === undefined) {
  const short = tallies.filter(({ id, tried }) => tried < reachOf(id));
  const far = short.map(({ id, tried }) => `${id} ${tried} of ${reachOf(id)}`);
  console.log(`reached: ${tallies.length - short.length} of ${tallies.length}`);
  if (far.length > 0) console.log(`not reached: ${far.join(', ')}`);
}

function reachOf(id: string): number {
  return points ?? FAULT_TESTS[id]?.reach ?? 0;
}

if (values.json !== undefined) {
  const tests = tallies.map((tally) => ({
    id: tally.id,
    tried: tally.tried,
    reach: reachOf(tally.id),
    ...Object.fromEntries(HARMS.map((harm) => [harm, countHarm(tally, harm)])),
  }));
  writeFileSync(values.json, `${JSON.stringify({ version: 1, tests })}\n`);
}
process.exit(tallies.some((tally) => tally.failures.length > 0) ? 1 : 0);
