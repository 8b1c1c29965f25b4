import { code, inline, table } from './markdown-text.ts';
import type { Child, Progress, Target } from './progress.ts';
import { renderTargets } from './render.ts';
import { headline, troubleLine } from './render-lines.ts';
import { renderWaiting } from './render-tasks.ts';
import { quoted } from './typed-command.ts';
import { localMinute, longSpan, percent, targetValue } from './words.ts';

/** One house of a household, as its summary shows it. */
export interface HouseSummary {
  progress: Progress;
  pulse: Pick<Child, 'heartbeatAge' | 'dead'>;
}

/** All houses of a household on one page: a line each, then what a person has to do. Pure. */
export function renderHousehold(
  houses: readonly HouseSummary[],
  targets: readonly Target[],
  window: { since: number; until: number; typed: string },
  root: string,
): string {
  const all = houses.map(({ progress }) => progress);
  const total = (of: (progress: Progress) => number) =>
    all.reduce((sum, progress) => sum + of(progress), 0);
  const figures = {
    done: total((one) => one.figures.done),
    failed: total((one) => one.figures.failed),
  };
  const waiting = all.flatMap((one) =>
    one.waiting.map((item) => ({ ...item, wizard: one.wizard })),
  );
  const failures = all.flatMap((one) =>
    one.failed.map(
      ({ task, title, reason, final }) =>
        `- ${inline(one.wizard)}: **${inline(task)}** ${inline(title)}: ${inline(reason || 'failed')}${final ? '' : ' (to be tried again)'}`,
    ),
  );
  // What is shared by the houses stands in each one's.
  const troubles = new Set(all.flatMap((one) => one.troubles.map((it) => `- ${troubleLine(it)}`)));
  const parts = [
    `# The household: ${headline(figures, waiting.length)}`,
    `${localMinute(window.since)} to ${localMinute(window.until)} (${longSpan(window.until - window.since)})`,
    houseTable(houses),
    ...(waiting.length === 0
      ? []
      : [
          '## Waits for you',
          waiting.map((item) => renderWaiting(item, item.wizard)).join('\n'),
          `Type these in ${inline(root)}.`,
        ]),
    ...(failures.length === 0 ? [] : ['## Failures', failures.join('\n')]),
    ...(troubles.size === 0 ? [] : ['## Troubles', [...troubles].join('\n')]),
    '## Targets',
    renderTargets(targets),
    `One house in full: ${code(`robed progress-report --wizard NAME --since ${quoted(window.typed)}`)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function houseTable(houses: readonly HouseSummary[]): string {
  return table(
    ['house', 'done', 'failed', 'running', 'waits', 'blocked', 'success', 'uptime', 'heartbeat'],
    houses.map(({ progress, pulse }) => [
      inline(progress.wizard),
      String(progress.figures.done),
      String(progress.figures.failed),
      String(progress.running.length),
      String(progress.waiting.length),
      String(progress.blocked.length),
      progress.figures.success === null ? '–' : percent(progress.figures.success),
      uptimeOf(progress.targets),
      pulse.heartbeatAge === null
        ? '–'
        : `${longSpan(Math.abs(pulse.heartbeatAge))}${pulse.dead ? ' **dead**' : ''}`,
    ]),
  );
}

/** A look that came late, once or twice. */
const SEEN_WHOLE = 0.98;

function uptimeOf(targets: readonly Target[]): string {
  const found = targets.find(({ name }) => name === 'uptime');
  if (found === undefined || found.value === null) return '–';
  const { seen = 1 } = found;
  return seen < SEEN_WHOLE ? `${targetValue(found)}, seen ${percent(seen)}` : targetValue(found);
}
