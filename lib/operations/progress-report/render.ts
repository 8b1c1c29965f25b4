import { inline, table } from './markdown-text.ts';
import type { Progress, Target } from './progress.ts';
import { blockedLine, childLine, headLines, headline, troubleLine } from './render-lines.ts';
import { renderDone, renderFailed, renderRunning, renderWaiting } from './render-tasks.ts';
import {
  counted,
  figuresLine,
  localMinute,
  longSpan,
  percent,
  span,
  targetValue,
  usageOf,
} from './words.ts';

/** Tasks shown whole in a section. */
const SHOWN = 40;

/**
 * The report on one house in Markdown: how it went in the first five lines, then the founding
 * documents' form. Pure.
 */
export function renderProgress(progress: Progress, root: string): string {
  const { wizard, since, until, waiting, done, failed, running, blocked } = progress;
  const parts = [
    `# Progress of ${inline(wizard)}: ${headline(progress.figures, waiting.length)}`,
    `${localMinute(since)} to ${localMinute(until)} (${longSpan(until - since)})`,
    headLines(progress).join('\n'),
    ...section('Waits for you', [
      cut(waiting, (one) => renderWaiting(one)).join('\n'),
      typeThere(waiting.length, root),
    ]),
    ...section('Failures', failed.map(renderFailed)),
    ...section('Results', done.map(renderDone)),
    ...section('Running', list(running.map((one) => renderRunning(one, until)))),
    ...section('Blocked', list(blocked.map(blockedLine))),
    ...section('Troubles', list(progress.troubles.map(troubleLine))),
    ...section('Children', list(progress.children.map(childLine))),
    ...section('Telemetry', [telemetry(progress)]),
    ...section('Targets', [renderTargets(progress.targets)]),
    ...section('Next steps', [nextSteps(progress)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

export function renderTargets(targets: readonly Target[]): string {
  return table(
    ['metric', 'is', 'target', 'met', 'of'],
    targets.map((target) => [
      target.name,
      targetValue(target),
      target.target,
      target.met === null ? '–' : target.met ? 'yes' : '**no**',
      inline(target.note),
    ]),
  );
}

function telemetry({ figures, day }: Progress): string {
  const { runs, lost, stopped, retries, success, median, longest } = figures;
  const apart = [
    ...(lost > 0 ? [`${lost} lost with its runner`] : []),
    ...(stopped > 0 ? [`${stopped} stopped by a person`] : []),
  ];
  const latency =
    median === null || longest === null
      ? 'insufficient data'
      : `median ${span(median)}, longest ${span(longest.duration)} (${inline(longest.task)})`;
  const lines = [
    `- **Executions:** ${runs}${retries > 0 ? `, ${retries} of them tried again` : ''}${apart.length > 0 ? `; and ${apart.join(', ')}` : ''}`,
    `- **Success rate:** ${success === null ? 'insufficient data' : `${percent(success)} of ${counted(runs, 'run')}`}`,
    `- **Latency:** ${latency}`,
    `- **Used:** ${usageOf(figures).join(', ') || 'insufficient data'}`,
  ];
  if (day !== null) {
    lines.push(`- **Last 24 h:** ${headline(day, 0)}; ${figuresLine(day)}`);
  }
  return lines.join('\n');
}

function nextSteps({ waiting, held, next, later }: Progress): string {
  const steps = [
    ...(waiting.length > 0 ? [`You: ${counted(waiting.length, 'thing')}, see above`] : []),
    ...(held === null ? [] : [`Nothing is dispatched: ${inline(held)}`]),
    ...(next === null ? [] : [`Next: ${inline(next.task)} ${inline(next.title)}`]),
    ...(later === null
      ? []
      : [`At ${localMinute(later.at)}: ${inline(later.task)} ${inline(later.title)}`]),
  ];
  return list(steps).at(0) ?? 'Nothing more is due.';
}

function typeThere(waiting: number, root: string): string {
  return waiting === 0 ? '' : `Type these in ${inline(root)}.`;
}

const list = (items: readonly string[]): string[] =>
  items.length === 0 ? [] : [cut(items, (item) => `- ${item}`).join('\n')];

/** Lines of a list; a flood is cut, and says so. */
function cut<T>(items: readonly T[], lineOf: (item: T) => string): string[] {
  const more = items.length - SHOWN;
  const rest =
    more > 0 ? [`- And ${more} more: \`robed status\` and \`robed log\` have them.`] : [];
  return [...items.slice(0, SHOWN).map(lineOf), ...rest];
}

/** Nothing where there is nothing to say; a flood is cut, and says so. */
function section(heading: string, bodies: readonly string[]): string[] {
  const said = bodies.filter((text) => text !== '');
  if (said.length === 0) return [];
  const more = said.length - SHOWN;
  const cut = more > 0 ? [`And ${more} more: \`robed log\` has them all.`] : [];
  return [`## ${heading}`, ...said.slice(0, SHOWN), ...cut];
}
