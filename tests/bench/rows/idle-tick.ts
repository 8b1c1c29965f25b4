import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../lib/core/package-root.ts';
import { cronLines } from '../../../lib/houses/cron-lines.ts';
import { loadHouse } from '../../../lib/houses/household.ts';
import { findProgram, quoted, timeScript } from '../commands.ts';
import { entries, makeHouse } from '../house.ts';
import { makeRow, type Row } from '../row.ts';
import { interleave, type Sample, type Session } from '../session.ts';

const TASKS = 1000;

/** By dash, which forks faster than bash: the measuring is part of both figures. */
const LOOP = 'while [ $i -lt TIMES ]; do i=$((i + 1)); /bin/sh -c "$LINE" >/dev/null || exit; done';

/** As cron has it. */
const CRON = { SHELL: '/bin/sh', PATH: '/usr/bin:/bin' };

export async function measure(session: Session): Promise<Row[]> {
  const times = session.quick ? 20 : 100;
  const { ours, taskwarrior, todo } = await interleave(
    {
      ours: await idleHouse(session, times),
      taskwarrior: taskwarriorOf(session, times),
      todo: todoTxtOf(session, times),
    },
    session.runs,
  );
  const row = {
    unit: 'ms',
    ours,
    guarantee: `the line that crontab has, on ${TASKS} tasks: it saw that nothing changed since the last look`,
  };
  return [
    makeRow({
      ...row,
      name: 'idle-tick',
      peer: {
        name: 'taskwarrior',
        measured: taskwarrior,
        guarantee: 'its cheapest command, `task _version`, which does not even read its 1000 tasks',
      },
      reach: { of: 'ratio', bound: 'at most', value: 0.2 },
    }),
    makeRow({
      ...row,
      name: 'idle-tick, todo.txt',
      peer: { name: 'todo.txt', measured: todo, guarantee: '`todo-txt ls` on 1000 tasks' },
      reach: null,
    }),
  ];
}

/** Milliseconds of one, from a row of them, each by a shell of its own as cron starts it. */
const each = (line: string, times: number, env: Record<string, string>): number =>
  timeScript('/bin/sh -c "$LOOP"', {
    env: { ...CRON, ...env, LINE: line, LOOP: `i=0; ${LOOP.replace('TIMES', String(times))}` },
  }) / times;

async function idleHouse(session: Session, times: number): Promise<Sample> {
  const house = makeHouse(session, entries(TASKS, 'true', 'DEFERRED'));
  // A Node that tells when it was started.
  const [node, started] = [join(house.root, 'node'), join(house.root, 'started')];
  writeFileSync(
    node,
    `#!/bin/sh\necho >${quoted(started)}\nexec ${quoted(process.execPath)} "$@"\n`,
  );
  chmodSync(node, 0o755);
  const script = join(packageRoot(), 'scripts', 'tick.sh');
  const lines = cronLines(await loadHouse(house.root, house.name), { script, node });
  const line = lines.find((one) => one.includes(' dispatch '))?.replace(/^(\S+ ){5}/, '');
  if (line === undefined) throw new Error(`no line for dispatch in ${lines.join('\n')}`);
  // A look within the second of a change is followed by one more.
  for (let ticks = 0; ticks < 40; ticks++) {
    rmSync(started, { force: true });
    each(line, 1, { HOME: house.root });
    if (!existsSync(started)) break;
  }
  return () => {
    const ms = each(line, times, { HOME: house.root });
    if (existsSync(started)) throw new Error('an idle tick started Node');
    return ms;
  };
}

function taskwarriorOf(session: Session, times: number): Sample | { problem: string } {
  const program = findProgram('task');
  if (typeof program !== 'string') return program;
  const folder = session.folder('taskwarrior');
  const env = { HOME: folder, TASKDATA: join(folder, 'data'), TASKRC: join(folder, 'rc') };
  writeFileSync(env.TASKRC, `data.location=${env.TASKDATA}\nhooks=off\nconfirmation=off\n`);
  const tasks = Array.from({ length: TASKS }, (_, at) => ({
    description: `Task ${at + 1}`,
    status: 'pending',
    entry: '20260101T000000Z',
  }));
  writeFileSync(join(folder, 'tasks.json'), JSON.stringify(tasks));
  timeScript(
    `mkdir data; task import tasks.json; [ "$(task rc.verbose=nothing count)" = ${TASKS} ]`,
    {
      cwd: folder,
      env,
    },
  );
  return () => each('task _version', times, env);
}

function todoTxtOf(session: Session, times: number): Sample | { problem: string } {
  const program = findProgram('todo-txt');
  if (typeof program !== 'string') return program;
  const folder = session.folder('todo-txt');
  const text = Array.from({ length: TASKS }, (_, at) => `Task ${at + 1}\n`).join('');
  writeFileSync(join(folder, 'todo.txt'), text);
  writeFileSync(
    join(folder, 'config'),
    `export TODO_DIR=${quoted(folder)}\nexport TODO_FILE="$TODO_DIR/todo.txt"\nexport DONE_FILE="$TODO_DIR/done.txt"\nexport REPORT_FILE="$TODO_DIR/report.txt"\n`,
  );
  const line = `todo-txt -d ${quoted(join(folder, 'config'))} ls`;
  return () => each(line, Math.ceil(times / 5), { HOME: folder });
}
