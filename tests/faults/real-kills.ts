import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { householdAt } from '../support/house.ts';
import { send } from './orders.ts';
import { makeAtHome, takeSnapshot, writeSnapshot } from './snapshots.ts';
import { bundleOperation } from './strace.ts';
import { newTally, replayCommand, type Tally, type TortureOptions } from './tally.ts';
import { workFolder } from './work-folder.ts';

/** Those whose calls come in the same order each time. */
const SCENARIOS = ['settle', 'save', 'deletion', 'forged-report'];

/**
 * Is what the seam keeps what a killed process leaves? The same operation on the same house, ended by
 * a real SIGKILL before the same call: names, modes and records have to be the same, but for what is
 * drawn by chance.
 */
export async function compareWithRealKills(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R1');
  const folder = workFolder();
  const program = await bundleOperation();
  const share = Math.ceil(options.points / SCENARIOS.length);
  try {
    for (const scenario of SCENARIOS) {
      const plays = [{ scenario, seed: options.seed }];
      const [base] = (await send({ do: 'prepare', plays, folder })).points;
      const { points } = await send({ do: 'kill', plays, folder });
      const at = new Map<number, string>();
      for (const point of points)
        for (const name of [point.at, ...point.same])
          if (!name.includes(' end ')) at.set(Number.parseInt(name, 10), point.folder);
      const step = Math.max(1, Math.floor(at.size / share));
      for (let number = 1; number <= at.size && base; number += step) {
        const real = `${base.folder}-real`;
        writeSnapshot(takeSnapshot(base.folder), real);
        makeAtHome(real);
        const killed = kill(program, real, scenario, number, `${base.folder}.facts.json`);
        const [wanted, found] = [shapeOf(at.get(number) as string), shapeOf(real)];
        rmSync(real, { recursive: true });
        tally.tried += 1;
        const same = killed && wanted === found;
        if (same) continue;
        const what = killed ? `${wanted}\nby a real kill:\n${found}` : 'it was not killed';
        const replay = replayCommand('R1', options.seed, scenario, String(number));
        tally.failures.push({
          harm: 'unexplained',
          what: `${scenario} ${number}: ${what}`,
          replay,
        });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(program, { force: true });
  }
  return tally;
}

function kill(program: string, root: string, what: string, at: number, facts: string): boolean {
  const { now } = JSON.parse(readFileSync(facts, 'utf8')) as { now: number };
  const { signal } = spawnSync(process.execPath, [program, root, '1', String(now), what], {
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      ROBED_FAULT_SEAM: '1',
      ROBED_FAULT: `kill:${at}`,
    },
  });
  return signal === 'SIGKILL';
}

/** Who wrote a temporary file, and the name of a run. */
const CHANCE = /\d+-\d+-[0-9a-f]{12}|\d{8}T\d{6}-[a-z0-9]{8}/g;

/** Names and modes without pids and random parts; how many rows each table has; the statuses. */
function shapeOf(root: string): string {
  const kept = takeSnapshot(root).entries.filter(({ path }) => !path.endsWith('-wal'));
  const lines = kept.map(({ path, mode }) => `${path.replace(CHANCE, '#')} ${mode.toString(8)}`);
  const house = householdAt(root);
  const db = new DatabaseSync(house.paths.database);
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  for (const { name } of tables.all())
    lines.push(`${name} ${db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.['n']}`);
  db.close();
  const statuses = house.read().match(/\*\*Status:\*\* \S+|\| [A-Z_]+ \|/g) ?? [];
  return [...lines.sort(), ...statuses].join('\n');
}
