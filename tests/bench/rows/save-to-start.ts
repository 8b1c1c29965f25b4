import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runProgram } from '../commands.ts';
import { makeHouse } from '../house.ts';
import { type Measured, makeRow, type Row } from '../row.ts';
import type { Session } from '../session.ts';
import { percentile, spread } from '../statistics.ts';
import { startWatcher } from '../watcher.ts';

export async function measure(session: Session): Promise<Row[]> {
  const samples = session.quick ? 30 : 200;
  const found = await samplesOf(session, samples);
  const guarantee = `${samples} saves of the queue by rename, each with one task more, until the body's first command; the save and its claim are on disk before it starts`;
  const row = { unit: 'ms', peer: null, guarantee };
  const of = (p: number): Measured =>
    'problem' in found ? found : { spread: spreadOf(found.ms, p, session.runs) };
  return [
    makeRow({
      ...row,
      name: 'save-to-start, p50',
      ours: of(50),
      reach: { of: 'figure', bound: 'at most', value: 2.5 },
    }),
    makeRow({
      ...row,
      name: 'save-to-start, p95',
      ours: of(95),
      reach: { of: 'figure', bound: 'at most', value: 5 },
    }),
  ];
}

async function samplesOf(
  session: Session,
  samples: number,
): Promise<{ ms: number[] } | { problem: string }> {
  const house = makeHouse(session, '# Queue\n');
  const fifo = join(house.root, 'started');
  const { status, stderr } = spawnSync('mkfifo', [fifo], { encoding: 'utf8' });
  if (status !== 0) return { problem: stderr.trim() };
  const watcher = startWatcher(session, house);
  try {
    return await runProgram('save-to-start', house.paths.queue, fifo, `${samples}`);
  } catch (error) {
    return { problem: (error as Error).message };
  } finally {
    await watcher.stop();
  }
}

/** The percentile of all samples, and its range over as many stretches of them as there are runs. */
function spreadOf(ms: readonly number[], p: number, runs: number) {
  const length = Math.ceil(ms.length / runs);
  const parts = Array.from({ length: Math.ceil(ms.length / length) }, (_, at) =>
    percentile(ms.slice(at * length, (at + 1) * length), p),
  );
  const { min, max } = spread(parts);
  return { min, median: percentile(ms, p), max };
}
