import { setTimeout as sleep } from 'node:timers/promises';
import { checkAllDone, entries, makeHouse } from '../house.ts';
import { familyOf, type Usage, usageOf } from '../processes.ts';
import { type Measured, makeRow, type Row } from '../row.ts';
import type { Session } from '../session.ts';
import { startWatcher } from '../watcher.ts';

const TASKS = 200;

/** After the last task, until everything that follows it is done. */
const SETTLE_MS = 5000;

export async function measure(session: Session): Promise<Row[]> {
  const seconds = session.quick ? 10 : 60;
  const found = await watch(session, seconds);
  const of = (figure: (usage: Usage) => number): Measured =>
    'problem' in found ? found : { samples: [figure(found)] };
  const row = {
    peer: null,
    guarantee: `robed start and all its processes, ${seconds} s after ${TASKS} tasks, nothing to do`,
  };
  const notes = 'problem' in found ? [] : [found.processes.join('; ')];
  return [
    makeRow({
      ...row,
      name: 'idle-watcher, processor',
      unit: '%',
      ours: of(({ cpuMs }) => cpuMs / (seconds * 10)),
      reach: { of: 'figure', bound: 'at most', value: 0.1 },
    }),
    makeRow({
      ...row,
      name: 'idle-watcher, memory (PSS)',
      unit: 'MB',
      ours: of(({ pss }) => pss),
      reach: { of: 'figure', bound: 'at most', value: 60 },
      notes,
    }),
    makeRow({
      ...row,
      name: 'idle-watcher, memory (RSS)',
      unit: 'MB',
      ours: of(({ rss }) => rss),
      reach: { of: 'figure', bound: 'at most', value: 60 },
    }),
  ];
}

async function watch(session: Session, seconds: number): Promise<Usage | { problem: string }> {
  const house = makeHouse(session, entries(TASKS, 'true'));
  const watcher = startWatcher(session, house);
  try {
    await watcher.completes(TASKS);
    await sleep(SETTLE_MS);
    checkAllDone(house, TASKS);
    const before = usageOf(familyOf(watcher.pid));
    await sleep(seconds * 1000);
    const after = usageOf(familyOf(watcher.pid));
    return { ...after, cpuMs: after.cpuMs - before.cpuMs };
  } catch (error) {
    return { problem: (error as Error).message };
  } finally {
    await watcher.stop();
  }
}
