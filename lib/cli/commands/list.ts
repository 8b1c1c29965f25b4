import { existsSync } from 'node:fs';
import { EXIT } from '../../core/errors.ts';
import { loadHouse } from '../../houses/household.ts';
import type { HouseContext } from '../../operations/context.ts';
import type { Context } from '../context.ts';
import { forEachWizard } from '../each-wizard.ts';
import { findingLine } from '../finding-line.ts';
import type { Input } from '../input.ts';
import { type ListedQueue, listQueue } from '../listed-task.ts';
import { readQueueFile } from '../queue-file.ts';
import { styleStatus } from '../status-style.ts';
import { printTable } from '../table.ts';
import { terminalLine } from '../terminal-text.ts';

/** Shows queues as they stand on disk; changes nothing, not even a database. */
export async function run(context: Context, { options }: Input): Promise<number> {
  const file = options['queue'];
  const { results, exitCode } =
    typeof file === 'string'
      ? { results: [listFile(context, file)], exitCode: EXIT.ok }
      : await forEachWizard(context, (wizard) => listHouse(context, wizard));
  if (context.json) context.out.json({ version: 1, wizards: results });
  else for (const queue of results) print(context, queue);
  return exitCode;
}

function listFile({ cwd }: Context, file: string): ListedQueue {
  const { path, doc } = readQueueFile(file, cwd);
  return listQueue(null, path, doc);
}

/** As the file stands; with the open conflicts where the house has a memory of any. */
async function listHouse(context: Context, wizard: string): Promise<ListedQueue> {
  const { paths } = await loadHouse(context.root(), wizard);
  const { path, doc, bytes } = readQueueFile(paths.queue, context.root());
  const queue = listQueue(wizard, path, doc);
  if (!existsSync(paths.database)) return queue;
  const [{ withHouse }, { findingsOf }, { readText }] = await Promise.all([
    import('../houses.ts'),
    import('../../operations/house-view.ts'),
    import('../../queue/reading.ts'),
  ]);
  const look = (house: HouseContext) => findingsOf(house, readText(path, bytes));
  const findings = await withHouse(context, wizard, look, { look: true });
  return { ...queue, findings };
}

function print({ out }: Context, queue: ListedQueue): void {
  out.line(terminalLine(queue.wizard ? `${queue.wizard}: ${queue.queue}` : queue.queue));
  if (queue.tasks.length === 0) out.line('no tasks');
  else {
    printTable(out, [
      { heading: 'ID', cells: queue.tasks.map((task) => task.id ?? task.handle) },
      { heading: 'STATUS', cells: queue.tasks.map((task) => task.status), style: styleStatus },
      {
        heading: 'PRIO',
        cells: queue.tasks.map(({ priority }) => (priority === null ? '' : `P${priority}`)),
      },
      { heading: 'TITLE', cells: queue.tasks.map((task) => task.title) },
    ]);
  }
  for (const finding of queue.findings) out.line(terminalLine(findingLine(finding)));
  out.line('');
}
