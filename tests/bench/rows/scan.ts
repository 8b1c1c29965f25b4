import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../commands.ts';
import { entries } from '../house.ts';
import { makeRow, type Row } from '../row.ts';
import type { Session } from '../session.ts';
import { percentile } from '../statistics.ts';

const SIZES = [100, 1000, 10_000, 100_000];

/** The size that the reach is about. */
const AIMED = 10_000;

/** Milliseconds of one pass, step by step. */
export interface Pass {
  read: number;
  parse: number;
  set: number;
  write: number;
}

/** The first pass of a process, and some later ones. */
interface Passes {
  cold: Pass;
  warm: Pass[];
}

export async function measure(session: Session): Promise<Row[]> {
  const rows: Row[] = [];
  const perTask = { cold: new Map<number, number[]>(), warm: new Map<number, number[]>() };
  const bySize = await passesBySize(session);
  for (const [size, found] of bySize) {
    const passes = {
      cold: found.map(({ cold }) => cold),
      warm: found.flatMap(({ warm }) => warm),
    };
    for (const kind of ['cold', 'warm'] as const) {
      const totals = passes[kind].map(total);
      perTask[kind].set(
        size,
        totals.map((ms) => ms / size),
      );
      rows.push(
        makeRow({
          name: `scan, ${size} tasks, ${kind}`,
          unit: 'ms',
          ours: { samples: totals },
          guarantee: `read, parse${kind === 'warm' ? ' with the reading before at hand' : ''}, change one status, write it durably (temporary, sync, rename, sync)`,
          peer: null,
          reach: size === AIMED ? { of: 'figure', bound: 'at most', value: 10 } : null,
          notes: [stepsOf(passes[kind])],
        }),
      );
    }
  }
  for (const kind of ['cold', 'warm'] as const) {
    rows.push(
      makeRow({
        name: `scan, linear, ${kind}`,
        unit: 'ms a task',
        ours: { samples: perTask[kind].get(100_000) as number[] },
        guarantee: 'the cost of one of 100,000 tasks',
        peer: {
          name: 'one of 10,000',
          measured: { samples: perTask[kind].get(AIMED) as number[] },
          guarantee: 'the same',
        },
        reach: { of: 'ratio', bound: 'at most', value: 1.25 },
      }),
    );
  }
  return rows;
}

/** The sizes in turn, since what a disk is busy with passes; the first run of each does not count. */
async function passesBySize(session: Session): Promise<Map<number, Passes[]>> {
  const folder = session.folder('scan');
  const found = new Map<number, Passes[]>(SIZES.map((size) => [size, []]));
  const path = (size: number) => join(folder, `queue-${size}.md`);
  for (const size of SIZES) writeFileSync(path(size), `# Queue\n\n${entries(size, 'true')}`);
  for (let run = -1; run < session.runs; run++) {
    for (const [size, passes] of found) {
      const one = await runProgram<Passes>('scan', path(size), String(size));
      if (run >= 0) passes.push(one);
    }
  }
  return found;
}

const total = ({ read, parse, set, write }: Pass): number => read + parse + set + write;

function stepsOf(passes: readonly Pass[]): string {
  const median = (step: keyof Pass) =>
    percentile(
      passes.map((pass) => pass[step]),
      50,
    ).toFixed(2);
  return `read ${median('read')}, parse ${median('parse')}, set ${median('set')}, write ${median('write')} ms`;
}
