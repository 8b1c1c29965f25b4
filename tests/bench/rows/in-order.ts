import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, robed, shellLine, timeScript } from '../commands.ts';
import { checkAllDone, entries, makeHouse } from '../house.ts';
import { makeRow, type Row } from '../row.ts';
import { interleave, type Sample, type Session } from '../session.ts';

/** Two blocks: no single script, so that the watcher gives each to a runner of its own. */
const LONG_WAY = 'true\n```\n\n```sh\ntrue';

export async function measure(session: Session): Promise<Row[]> {
  const jobs = session.quick ? 100 : 500;
  const few = session.quick ? 10 : 50;
  const short = await interleave(
    {
      ours: oursOf(session, jobs, 'true'),
      nq: nqOf(session, jobs),
      tsp: spoolerOf(session, jobs),
    },
    session.runs,
  );
  const long = await interleave(
    { ours: oursOf(session, few, LONG_WAY), nq: nqOf(session, few) },
    Math.min(2, session.runs),
  );
  const guarantee =
    'statuses and reports kept; the end of a job and the claim of the next are one synced commit (SQLite, FULL), from which files are written again after a power cut';
  const nq = 'the order, exit codes and output in files';
  return [
    makeRow({
      name: 'in-order',
      unit: `s for ${jobs}`,
      ours: short.ours,
      guarantee,
      peer: { name: 'nq', measured: short.nq, guarantee: `${nq}; one sync a job` },
      reach: { of: 'ratio', bound: 'at most', value: 0.6 },
    }),
    makeRow({
      name: 'in-order, task-spooler',
      unit: `s for ${jobs}`,
      ours: short.ours,
      guarantee,
      peer: {
        name: 'task-spooler',
        measured: short.tsp,
        guarantee: 'the list is in memory, nothing is synced',
      },
      reach: null,
    }),
    makeRow({
      name: 'in-order, each step synced',
      unit: `s for ${few}`,
      ours: long.ours,
      guarantee:
        'a runner of its own for each (a Node process that outlives the watcher): claim, trigger, start, end and status each on disk before the next',
      peer: { name: 'nq', measured: long.nq, guarantee: `${nq}; one sync a job` },
      reach: null,
      notes: [
        'the watcher has no mode that syncs each step of a plain shell task; this is the way that others go',
      ],
    }),
  ];
}

/** From the queue as it was saved to the end of `start --until-idle`, in seconds. */
function oursOf(session: Session, jobs: number, script: string): Sample {
  const queue = entries(jobs, script);
  return () => {
    const house = makeHouse(session, queue);
    const ms = timeScript(shellLine(robed('start', '--root', house.root, '--until-idle')));
    checkAllDone(house, jobs);
    // It stays until the session ends, as nq's files do: ext4 is slow with new ones where many have
    // just gone.
    return ms / 1000;
  };
}

function nqOf(session: Session, jobs: number): Sample | { problem: string } {
  const program = findProgram('nq');
  if (typeof program !== 'string') return program;
  return () => {
    const NQDIR = session.folder('nq');
    const ms = timeScript(
      `for ((i = 0; i < ${jobs}; i++)); do nq true >/dev/null; done; nq -w >/dev/null`,
      { env: { NQDIR } },
    );
    const ended = readdirSync(NQDIR).filter((name) =>
      readFileSync(join(NQDIR, name), 'utf8').includes('[exited with status 0.]'),
    );
    if (ended.length !== jobs) throw new Error(`nq carried ${ended.length} of ${jobs} out`);
    return ms / 1000;
  };
}

function spoolerOf(session: Session, jobs: number): Sample | { problem: string } {
  const program = findProgram('tsp');
  if (typeof program !== 'string') return program;
  return () => {
    const folder = session.folder('tsp');
    const env = {
      TS_SOCKET: join(folder, 'socket'),
      TMPDIR: folder,
      TS_MAXFINISHED: `${jobs + 1}`,
    };
    // Its server keeps what it was started with, and would keep our pipes.
    const server = '3>&- 4>&- >/dev/null 2>&1';
    const done = `[ "$(tsp -l | grep -c ' finished *[^ ]* *0 ')" = ${jobs} ]`;
    const stop = `tsp -K ${server}`;
    try {
      const ms = timeScript(
        `tsp -S 1 ${server}; for ((i = 0; i < ${jobs}; i++)); do tsp true >/dev/null; done; tsp -w >/dev/null`,
        { env },
      );
      timeScript(`${done} || { echo 'not all jobs ended well' >&2; exit 1; }`, { env });
      return ms / 1000;
    } finally {
      timeScript(stop, { env });
    }
  };
}
