import { EXIT, UserError } from '../../core/errors.ts';
import { type Adoption, adoptQueue } from '../../operations/adopt.ts';
import type { Input } from '../command.ts';
import type { Context } from '../context.ts';
import { findingLine } from '../finding-line.ts';
import { oneWizard, withHouse } from '../houses.ts';
import { terminalBlock } from '../terminal-text.ts';

/** Shows what is in a queue; takes it over only where a person has seen that and said yes. */
export async function run(context: Context, { options }: Input): Promise<number> {
  const { dryRun, json, out } = context;
  const wizard = oneWizard(context);
  return withHouse(context, wizard, async (house) => {
    const found = await adoptQueue(house, { apply: false });
    if (!json) out.write(terminalBlock(describe(wizard, found)));
    const apply = !dryRun && !found.adopted && (options['yes'] === true || (await agrees(context)));
    const adoption = apply ? await adoptQueue(house, { apply }) : found;
    if (json) out.json({ version: 1, dryRun, wizard, ...adoption });
    else if (apply) out.line(`${wizard}: adopted; \`robed dispatch\` takes its tasks from here`);
    return EXIT.ok;
  });
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

function describe(wizard: string, adoption: Adoption): string {
  const { queue, adopted, entries, forms, statuses, unnamed, commands, findings } = adoption;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none';
  const lines = [
    `${wizard}: ${queue}`,
    `  ${adopted ? 'adopted: tasks are dispatched from it' : 'not adopted: nothing is dispatched from it'}`,
    `  entries   ${entries}: ${list(forms)}`,
    `  statuses  ${list(statuses)}`,
  ];
  if (unnamed > 0) lines.push(`  ${unnamed} pending without an id would get one when claimed`);
  if (commands.length > 0) lines.push('  commands that this machine would run:');
  for (const { line, task, command } of commands) {
    lines.push(`    line ${line}, ${task}:`);
    lines.push(...command.split('\n').map((text) => `      ${text}`));
  }
  for (const finding of findings) lines.push(`  ${findingLine(finding)}`);
  return `${lines.join('\n')}\n`;
}
