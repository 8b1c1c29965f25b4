import { block, code, inline } from './markdown-text.ts';
import type { DoneTask, FailedTask, RunningTask, WaitingTask } from './progress.ts';
import { listed, localMinute, span } from './words.ts';

const ARTIFACTS = 12;

export function renderDone(done: DoneTask): string {
  const { title, attempt, body, by, duration, text, artifacts, at } = done;
  const how = [
    ...(body === null ? [] : [`by ${inline(body)}`]),
    ...(attempt !== null && attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(by === null ? [] : [body === null ? `by ${inline(by)}` : `approved by ${inline(by)}`]),
  ];
  const files = artifacts.map(({ path, bytes }) => `${code(path)} (${bytes} bytes)`);
  return [
    `### ${inline(done.task)}: ${inline(title)}`,
    '',
    `- **Status:** complete${how.length > 0 ? `, ${how.join(', ')}` : ''}, ${localMinute(at)}`,
    ...(duration === null ? [] : [`- **Duration:** ${span(duration)}`]),
    ...results(text),
    ...(files.length > 0 ? [`- **Artifacts:** ${listed(files, ARTIFACTS)}`] : []),
  ].join('\n');
}

export function renderFailed(failed: FailedTask): string {
  const { title, attempt, duration, reason, final, text, at } = failed;
  const tries = attempt === null ? '' : ` at attempt ${attempt}`;
  return [
    `### ${inline(failed.task)}: ${inline(title)}`,
    '',
    `- **Status:** failed${tries}${final ? '' : ', to be tried again'}, ${localMinute(at)}`,
    ...(duration === null ? [] : [`- **Duration:** ${span(duration)}`]),
    ...(reason === '' ? [] : [`- **Reason:** ${inline(reason)}`]),
    ...results(text),
  ].join('\n');
}

export function renderRunning(running: RunningTask, now: number): string {
  const { task, title, body, attempt, since } = running;
  const how = since === null ? 'by hand' : `for ${span(now - since)}, by ${inline(body)}`;
  const tries = attempt !== null && attempt > 1 ? `, attempt ${attempt}` : '';
  return `**${inline(task)}** ${inline(title)}: ${how}${tries}`;
}

export function renderWaiting(waiting: WaitingTask, wizard?: string): string {
  const { task, title, message, commands, text } = waiting;
  const where = wizard === undefined ? '' : `${inline(wizard)}: `;
  const what = task === null ? '' : `**${inline(task)}** ${inline(title)}: `;
  return [
    `- ${where}${what}${inline(message)}`,
    `  → ${commands.map(code).join(' or ')}`,
    ...(text === '' ? [] : [block(text, '  ')]),
  ].join('\n');
}

function results(text: string): string[] {
  return text === '' ? [] : ['- **Results:**', block(text, '  ')];
}
