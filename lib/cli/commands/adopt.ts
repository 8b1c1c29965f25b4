import { EXIT, UserError } from '../../core/errors.ts';
import { type Adoption, adoptQueue } from '../../operations/adopt.ts';
import {
  adoptFoundHouse,
  type FoundHouse,
  isUnadoptedFolder,
} from '../../operations/adopt-founding.ts';
import type { Context } from '../context.ts';
import { findingLine } from '../finding-line.ts';
import { oneWizard, withHouse } from '../houses.ts';
import type { Input } from '../input.ts';
import { terminalBlock } from '../terminal-text.ts';

/** Shows what is in a queue; takes it over only where a person has seen that and said yes. */
export async function run(context: Context, { options }: Input): Promise<number> {
  const { dryRun, json, out } = context;
  const wizard = oneWizard(context);
  if (isUnadoptedFolder(context.root(), wizard)) return runFound(context, wizard, options);
  return withHouse(context, wizard, async (house) => {
    const found = await adoptQueue(house, { apply: false });
    const sure = !dryRun && options['yes'] === true;
    if (!json) out.write(terminalBlock(describe(wizard, found, sure)));
    const apply = !dryRun && !found.adopted && (sure || (await agrees(context)));
    const adoption = apply ? await adoptQueue(house, { apply }) : found;
    if (json) out.json({ version: 1, dryRun, wizard, ...adoption });
    else if (apply) out.line(`${wizard}: adopted; \`robed dispatch\` takes its tasks from here`);
    return EXIT.ok;
  });
}

/** A folder without a house.yaml, such as one in the founding layout. */
async function runFound(
  context: Context,
  wizard: string,
  options: Input['options'],
): Promise<number> {
  const { clock, dryRun, environment, json, out } = context;
  const adopt = (apply: boolean) =>
    adoptFoundHouse(context.root(), wizard, { apply, now: clock.now(), environment });
  const found = await adopt(false);
  const sure = !dryRun && options['yes'] === true;
  if (!json) out.write(terminalBlock(`${describe(wizard, found, sure)}${describeLayout(found)}`));
  const apply = !dryRun && (sure || (await agrees(context)));
  const adoption = apply ? await adopt(true) : found;
  if (json) out.json({ version: 1, dryRun, wizard, ...adoption });
  else if (apply) {
    out.line(`${wizard}: adopted; \`robed dispatch --dry-run\` shows what it would do first`);
  }
  return EXIT.ok;
}

function describeLayout({ layout, triggers, reports, settings }: FoundHouse): string {
  const lines = [
    '  no house.yaml yet; no file is moved',
    `  triggers  ${layout.work}/${triggers.length > 0 ? `: ${triggers.join(', ')} (left alone)` : ''}`,
    `  reports   ${layout.completed}/${reports > 0 ? `: ${reports} (they stay as they are)` : ''}`,
    '  house.yaml would be:',
    ...settings
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function agrees({ messages }: Context): Promise<boolean> {
  if (!process.stdin.isTTY || !messages.terminal) {
    throw new UserError('expected a yes to what is shown above', {
      hint: 'add --yes to take the queue over, or --dry-run to look only',
      exitCode: EXIT.usage,
    });
  }
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question('Let Robed dispatch from it? [y/N] ')).trim());
  } finally {
    prompt.close();
  }
}

/** `sure`: it is taken over right after this, and that is told then. */
function describe(wizard: string, adoption: Adoption, sure: boolean): string {
  const { queue, adopted, entries, forms, statuses, unnamed, next, commands, findings } = adoption;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none';
  const state = adopted
    ? 'adopted: tasks are dispatched from it'
    : 'not adopted: nothing is dispatched from it';
  const lines = [
    `${wizard}: ${queue}`,
    ...(sure && !adopted ? [] : [`  ${state}`]),
    `  entries   ${entries}: ${list(forms)}`,
    `  statuses  ${list(statuses)}`,
  ];
  if (unnamed > 0) lines.push(`  ${unnamed} pending without an id would get one when claimed`);
  if (next.length > 0) lines.push('  would be dispatched, in this order:');
  for (const { task, title } of next) lines.push(`    ${task}  ${title}`);
  if (commands.length > 0) lines.push('  commands that this machine would run:');
  for (const { line, task, command } of commands) {
    lines.push(`    line ${line}, ${task}:`);
    lines.push(...command.split('\n').map((text) => `      ${text}`));
  }
  for (const finding of findings) lines.push(`  ${findingLine(finding)}`);
  return `${lines.join('\n')}\n`;
}
