import { formatDuration } from '../../core/duration.ts';
import { type HouseView, viewHouse } from '../../operations/house-view.ts';
import type { Context } from '../context.ts';
import { forEachHouse } from '../houses.ts';
import { terminalLine } from '../terminal-text.ts';

export async function run(context: Context): Promise<number> {
  const { results, exitCode } = await forEachHouse(context, viewHouse);
  if (context.json) {
    context.out.json({ version: 1, wizards: results.map(withTimes) });
    return exitCode;
  }
  for (const view of results) {
    for (const line of linesOf(view, context.clock.now())) context.out.line(terminalLine(line));
  }
  return exitCode;
}

/** Times as people and programs read them: ISO 8601. */
function withTimes(view: HouseView) {
  const running = view.running.map((run) => ({ ...run, since: new Date(run.since).toISOString() }));
  return { ...view, running };
}

function linesOf(view: HouseView, now: number): string[] {
  const counts = Object.entries(view.counts).map(
    ([status, count]) => `${count} ${status.toLowerCase().replace('_', ' ')}`,
  );
  return [
    `${view.wizard}: ${counts.join(', ') || 'no tasks'}`,
    ...view.running.map(
      ({ task, title, attempt, body, since }) =>
        `  runs       ${task} ${title} (attempt ${attempt}, ${body}, ${seconds(now - since)})`,
    ),
    ...(view.next === null ? [] : [`  next       ${view.next}`]),
    ...view.needsYou.map(
      ({ task, message }) => `  needs you  ${task === null ? '' : `${task}: `}${message}`,
    ),
  ];
}

function seconds(ms: number): string {
  return formatDuration(Math.floor(ms / 1000) * 1000);
}
