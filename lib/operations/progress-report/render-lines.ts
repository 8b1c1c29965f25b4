import { inline } from './markdown-text.ts';
import type { Child, Figures, Progress, Trouble } from './progress.ts';
import { renderWaiting } from './render-tasks.ts';
import { figuresLine, listed, localMinute, longSpan, span } from './words.ts';

/** Ids named in a headline. */
const NAMED = 8;

/** `14 done, 1 failed, 2 wait for you`. */
export function headline(
  { done, failed }: Pick<Figures, 'done' | 'failed'>,
  waiting: number,
): string {
  const parts = [
    `${done} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(waiting > 0 ? [waiting === 1 ? '1 waits for you' : `${waiting} wait for you`] : []),
  ];
  return parts.join(', ');
}

/** How it went, in five lines. */
export function headLines(progress: Progress): string[] {
  const { done, failed, running, waiting, blocked, figures, day, until } = progress;
  // What is about no task is named by the first word of its code: queue, gateway, message.
  const ids = (tasks: readonly { task: string | null; code?: string }[]) =>
    listed([...new Set(tasks.map(({ task, code }) => inline(task ?? wordOf(code))))], NAMED);
  const final = failed.filter((one) => one.final);
  const again = failed.filter((one) => !one.final);
  const runs = running.map(
    ({ task, since }) =>
      `${inline(task)} ${since === null ? 'by hand' : `for ${span(until - since)}`}`,
  );
  return [
    `- **Done:** ${figures.done}${done.length > 0 ? ` (${ids(done)})` : ''}`,
    `- **Failed:** ${final.length}${final.length > 0 ? ` (${ids(final)})` : ''}` +
      `${again.length > 0 ? `, to be tried again: ${again.length} (${ids(again)})` : ''}`,
    `- **Running:** ${running.length}${running.length > 0 ? ` (${listed(runs, NAMED)})` : ''}`,
    `- **Waits for you:** ${waiting.length}${waiting.length > 0 ? ` (${ids(waiting)})` : ''}` +
      `, **blocked:** ${blocked.length}${blocked.length > 0 ? ` (${ids(blocked)})` : ''}`,
    `- **Telemetry:** ${figuresLine(figures)}` +
      `${day === null ? '' : `; last 24 h: ${headline(day, 0)}, ${figuresLine(day)}`}`,
  ];
}

const wordOf = (code = ''): string => code.split('-', 1)[0] ?? '';

export function blockedLine({ task, title, on }: Progress['blocked'][number]): string {
  return `**${inline(task)}** ${inline(title)}: ${on.map(inline).join('; ')}`;
}

export function troubleLine({ subject, message, times, at }: Trouble): string {
  const about = subject === '' ? '' : `**${inline(subject)}**: `;
  const often = times > 1 ? `${times} times, last ` : '';
  return `${about}${inline(message)} (${often}${localMinute(at)})`;
}

export function childLine(child: Child): string {
  const { wizard, trouble, figures, running, waiting, heartbeatAge, dead } = child;
  if (figures === null) return `**${inline(wizard)}**: can't be read: ${inline(trouble ?? '')}`;
  const pulse =
    heartbeatAge === null
      ? 'no heartbeat yet'
      : `heartbeat ${longSpan(Math.abs(heartbeatAge))} old${dead ? ': **it counts as dead**' : ''}`;
  return [
    `**${inline(wizard)}**: ${headline(figures, waiting.length)}, ${running} running; ${figuresLine(figures)}; ${pulse}`,
    ...waiting.map((one) => `  ${renderWaiting(one).replaceAll('\n', '\n  ')}`),
  ].join('\n');
}
