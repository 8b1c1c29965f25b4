import { existsSync, readFileSync } from 'node:fs';
import { formatDuration } from '../../core/duration.ts';
import { EXIT } from '../../core/errors.ts';
import { reportPath } from '../../houses/paths.ts';
import { keyFor } from '../../operations/change-task.ts';
import { type HouseContext, readHead } from '../../operations/context.ts';
import { readQueue } from '../../operations/read-queue.ts';
import type { RunRecord } from '../../records/run.ts';
import { readRunsOf } from '../../records/run-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import { readTask } from '../../records/task-store.ts';
import type { Context } from '../context.ts';
import { withTask } from '../houses.ts';
import type { Input } from '../input.ts';
import { type ListedTask, listTask } from '../listed-task.ts';
import { terminalBlock } from '../terminal-text.ts';
import { localTime } from '../time.ts';

/** All that is known of one task: what the queue says, what was done, what came of it last. */
interface Shown {
  wizard: string;
  key: string;
  /** As the queue has it; null where it is not there any more. */
  task: (ListedTask & { text: string }) | null;
  record: TaskRecord | null;
  runs: RunRecord[];
  /** The latest report as it stands on disk. */
  report: string | null;
}

export async function run(context: Context, { args }: Input): Promise<number> {
  const reference = args[0] as string;
  const shown = await withTask(context, reference, (house) => gather(house, reference), {
    look: true,
  });
  if (context.json) context.out.json({ version: 1, ...publicOf(shown) });
  else context.out.write(terminalBlock(describe(shown)));
  return EXIT.ok;
}

function gather(house: HouseContext, reference: string): Shown {
  const { db } = house;
  const key = keyFor(house, reference);
  const state = readQueue(house, readHead(db)?.hash ?? null);
  const reading = state.kind === 'read' ? state.reading : null;
  const entry = reading?.keyed.single.get(key);
  const report = reportPath(house.house.paths, key);
  return {
    wizard: house.house.name,
    key,
    task: entry
      ? {
          ...listTask(entry),
          text: reading?.doc.text.slice(entry.span.start, entry.span.end) ?? '',
        }
      : null,
    record: readTask(db, key),
    runs: readRunsOf(db, key),
    report: existsSync(report) ? readFileSync(report, 'utf8') : null,
  };
}

function publicOf({ wizard, key, task, record, runs, report }: Shown) {
  return {
    wizard,
    key,
    task,
    status: record?.status ?? task?.status ?? null,
    reason: record?.reason ?? null,
    attempts: record?.attempts ?? 0,
    runs: runs.map(({ run, attempt, state, body, startedAt, endedAt, result }) => ({
      run,
      attempt,
      state,
      body,
      started: isoOf(startedAt),
      ended: isoOf(endedAt),
      outcome: result?.outcome ?? null,
      reason: result?.reason || null,
      usage: result?.usage ?? {},
    })),
    report,
  };
}

function describe({ wizard, key, task, record, runs, report }: Shown): string {
  const sections = [
    `${key} of ${wizard}: ${task?.title ?? record?.title ?? ''}\n` +
      `${record?.status ?? task?.status ?? ''}${record?.reason ? `: ${record.reason}` : ''}`,
    task === null ? '(not in the queue)' : task.text.trimEnd(),
    runs.length === 0 ? 'No run yet.' : `Runs:\n${runs.map(lineOf).join('\n')}`,
    ...(report === null ? [] : [`Report:\n${report.trimEnd()}`]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function lineOf({ run, attempt, state, body, startedAt, endedAt, result }: RunRecord): string {
  const when = startedAt === null ? 'not started' : localTime(startedAt);
  const took =
    startedAt === null || endedAt === null ? '' : `, ${formatDuration(endedAt - startedAt)}`;
  const came = result ? `${result.outcome}${result.reason ? `: ${result.reason}` : ''}` : state;
  return `  ${run}  ${when}${took}  attempt ${attempt} by ${body}, ${came}`;
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
