import { between, pick, type Random } from './random.ts';

/** How a queue that a person wrote may look. */
export type QueueStyle = 'heading' | 'table' | 'windows';

export const STYLES: readonly QueueStyle[] = ['heading', 'table', 'windows'];

export interface DraftTask {
  id: string | null;
  status: string;
  /** Lines of fields and text below the heading; a table row has none. */
  lines?: string[];
  /** What it does before its effect; nothing by default. */
  before?: string;
}

/** Each run of a task that has this block adds a line of its own to workspace/effects. */
export const EFFECT = ['```sh', 'echo "$ROBED_TASK $ROBED_RUN" >> effects', 'echo done', '```'];

const effectAfter = (before: string | undefined): string[] =>
  before === undefined ? EFFECT : ['```sh', before, ...EFFECT.slice(1)];

/** A person's bytes that a careless writer would change. */
const ODDITIES = [
  'Text with a tab\tand trailing spaces   ',
  '   indented, — é 漢字 😀',
  '<!-- TASK-999: PENDING -->',
  '',
];

/** Write a queue out, in one of the styles, with words of the person's own in between. */
export function draftQueue(random: Random, style: QueueStyle, tasks: readonly DraftTask[]): string {
  if (style === 'table') return draftTable(random, tasks);
  const lines = ['# Work of the night', '', pick(random, ODDITIES), ''];
  for (const [at, task] of tasks.entries()) {
    const name = `Carry stone ${task.id ?? `of place ${at + 1}`}`;
    lines.push(`## ${task.id === null ? name : `${task.id}: ${name}`}`, '');
    lines.push(`- **Status:** ${task.status}`);
    if (random() < 0.3) lines.push(`- **Priority:** P${between(random, 0, 3)}`);
    if (random() < 0.3) lines.push('- **Owner:** nobody  ');
    lines.push(
      ...(task.lines ?? []),
      '',
      pick(random, ODDITIES),
      '',
      ...effectAfter(task.before),
      '',
    );
  }
  lines.push('Last words.');
  if (style === 'windows') return `\ufeff${lines.join('\r\n')}\r\n`;
  return lines.join('\n') + (random() < 0.5 ? '\n' : '');
}

function draftTable(random: Random, tasks: readonly DraftTask[]): string {
  const rows = tasks.map(
    (task, at) =>
      `| ${task.id ?? ''} |  Carry stone ${task.id ?? at}${random() < 0.5 ? '  ' : ''}| ${task.status} | external |`,
  );
  const head = [
    '# Board',
    '',
    pick(random, ODDITIES),
    '',
    '| ID | Task | Status | Body |',
    '|---|:--|---|---|',
  ];
  return [...head, ...rows, '', 'Last words.', ''].join('\n');
}

export const taskId = (number: number): string => `TASK-${String(number).padStart(3, '0')}`;
