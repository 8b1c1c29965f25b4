import { findPeer, runProgram } from '../commands.ts';
import { checkAllDone, entries, makeHouse, SETTINGS } from '../house.ts';
import { makeRow, type Row } from '../row.ts';
import { startPostgres, startRedis } from '../servers.ts';
import { interleave, type Sample, type Session } from '../session.ts';

/** As many as the peers carry out at once. */
const AT_ONCE = `${SETTINGS}concurrency: 10\n`;

interface Figures {
  ms: number;
  done: number;
}

export async function measure(session: Session): Promise<Row[]> {
  const count = session.quick ? 200 : 1000;
  const { ours, graphile, bullmq } = await interleave(
    {
      ours: oursOf(session, count),
      graphile: await graphileOf(session, count),
      bullmq: await bullmqOf(session, count),
    },
    session.runs,
  );
  const row = {
    unit: 'tasks/s',
    ours,
    guarantee:
      'SQLite with synchronous FULL; 10 tasks at once, the ends that fall together and the claims after them in one synced commit; then 1,000 reports as files and the statuses in the queue, all counted',
    reach: { of: 'ratio', bound: 'at least', value: 1 },
  } as const;
  return [
    makeRow({
      ...row,
      name: 'in-process',
      peer: {
        name: 'graphile-worker',
        measured: graphile,
        guarantee: 'PostgreSQL with fsync on; 10 jobs at once, their reports into a table',
      },
    }),
    makeRow({
      ...row,
      name: 'in-process, BullMQ',
      peer: {
        name: 'BullMQ',
        measured: bullmq,
        guarantee: 'redis with appendfsync always; 10 jobs at once, their reports as return values',
      },
    }),
  ];
}

function perSecond({ ms, done }: Figures, count: number): number {
  if (done !== count) throw new Error(`${done} of ${count} tasks were done`);
  return (count / ms) * 1000;
}

function oursOf(session: Session, count: number): Sample {
  const queue = entries(count, 'true');
  return async () => {
    const house = makeHouse(session, queue, AT_ONCE);
    const figures = await runProgram<Figures>('in-process', house.root, house.name, `${count}`);
    checkAllDone(house, count);
    // It stays until the session ends: ext4 is slow with new files where many have just gone.
    return perSecond(figures, count);
  };
}

async function graphileOf(session: Session, count: number): Promise<Sample | { problem: string }> {
  const peer = findPeer('graphile-worker/dist/index.js');
  if (typeof peer !== 'string') return peer;
  const server = await startPostgres(session);
  if ('problem' in server) return server;
  return async () =>
    perSecond(await runProgram<Figures>('graphile-worker', peer, server.url, `${count}`), count);
}

async function bullmqOf(session: Session, count: number): Promise<Sample | { problem: string }> {
  const peer = findPeer('bullmq/dist/cjs/index.js');
  if (typeof peer !== 'string') return peer;
  const server = await startRedis(session);
  if ('problem' in server) return server;
  return async () =>
    perSecond(await runProgram<Figures>('bullmq', peer, `${server.port}`, `${count}`), count);
}
