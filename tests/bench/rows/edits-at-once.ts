import { findPeer, mustRun, robed, run } from '../commands.ts';
import { entries, idOf, makeHouse } from '../house.ts';
import { makeRow, type Row } from '../row.ts';
import { interleave, type Session } from '../session.ts';

const EDITS = 16;

type Target = 'tasks' | 'task';

export async function measure(session: Session): Promise<Row[]> {
  const runs = Math.min(2, session.runs);
  const rows: Row[] = [];
  for (const target of ['tasks', 'task'] as const) {
    const { ours, backlog } = await interleave(
      { ours: () => oursDone(session, target), backlog: await backlogOf(session, target) },
      runs,
    );
    const where = target === 'tasks' ? `${EDITS} tasks` : 'one task';
    rows.push(
      makeRow({
        name: `edits-at-once, ${where}`,
        unit: `of ${EDITS}`,
        ours: ours,
        guarantee: 'an edit that was told done is in the queue, on disk',
        peer: {
          name: 'Backlog.md',
          measured: backlog,
          guarantee: 'none told; files are rewritten',
        },
        reach: { of: 'figure', bound: 'at least', value: EDITS },
      }),
    );
  }
  return rows;
}

async function oursDone(session: Session, target: Target): Promise<number> {
  const house = makeHouse(session, entries(EDITS, 'true', 'DEFERRED'));
  await mustRun(robed('dispatch', '--root', house.root));
  const edits = await Promise.all(
    numbers.map(async (n) => {
      const id = idOf(target === 'tasks' ? n : 0);
      const { status } = await run(
        robed('set', id, `Note ${n}`, `value-${n}`, '--root', house.root),
      );
      return { n, told: status === 0 };
    }),
  );
  const text = house.read();
  const isThere = (n: number) => text.includes(`**Note ${n}:** value-${n}\n`);
  const lost = edits.filter(({ n, told }) => told && !isThere(n));
  if (lost.length > 0) throw new Error(`${lost.length} edits were told done and are lost`);
  house.remove();
  return numbers.filter(isThere).length;
}

async function backlogOf(session: Session, target: Target) {
  const program = findPeer('.bin/backlog');
  if (typeof program !== 'string') return program;
  return async () => {
    const cwd = session.folder('backlog');
    const backlog = (...args: string[]) => run([program, ...args], { cwd, env: { HOME: cwd } });
    await mustRun([program, 'init', 'bench', '--defaults', '--no-git'], {
      cwd,
      env: { HOME: cwd },
    });
    const tasks = target === 'tasks' ? numbers : numbers.slice(0, 1);
    for (const n of tasks) {
      await mustRun([program, 'task', 'create', `Task ${n}`], { cwd, env: { HOME: cwd } });
    }
    await Promise.all(
      numbers.map((n) => {
        const task = String(target === 'tasks' ? n + 1 : 1);
        return backlog('task', 'edit', task, '--add-label', `label-${n}x`);
      }),
    );
    const shown = await Promise.all(
      tasks.map(async (n) => (await backlog('task', String(n + 1), '--plain')).stdout),
    );
    return numbers.filter((n) => shown.some((text) => text.includes(`label-${n}x`))).length;
  };
}

const numbers = Array.from({ length: EDITS }, (_, n) => n);
