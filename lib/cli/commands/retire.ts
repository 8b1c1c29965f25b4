import { relative } from 'node:path';
import { EXIT } from '../../core/errors.ts';
import { refuseInsideRun } from '../../operations/change-task.ts';
import { planRetirement, type Retirement, retireHouse } from '../../operations/retire.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';
import { terminalBlock } from '../terminal-text.ts';
import { unifiedDiff } from '../unified-diff.ts';

/** Shows what it would do; does it where a person has said yes. */
export async function run(context: Context, { args, options }: Input): Promise<number> {
  const { clock, environment, json, out } = context;
  refuseInsideRun(environment, 'retire');
  const name = args[0] as string;
  const root = context.root();
  const apply = options['yes'] === true && !context.dryRun;
  const operation = apply ? retireHouse : planRetirement;
  const retirement = await operation(root, name, { clock, environment });
  const { crontab } = retirement;
  const diff = crontab === null ? '' : unifiedDiff('crontab', crontab.before, crontab.after);
  if (json) {
    const told = { ...retirement, crontab: diff };
    out.json({ version: 1, dryRun: !apply, wizard: name, ...told });
  } else {
    out.write(terminalBlock(tell(root, name, retirement, { apply, diff })));
  }
  return EXIT.ok;
}

function tell(
  root: string,
  name: string,
  { from, to, stopped, gateways, units, notes }: Retirement,
  { apply, diff }: { apply: boolean; diff: string },
): string {
  const would = apply ? '' : 'would be ';
  const [here, there] = [relative(root, from), relative(root, to)];
  const lines = [`${name}: ${here}/ ${apply ? 'is now' : 'would move, whole, to'} ${there}/`];
  if (stopped.length > 0) lines.push(`  stopped: ${would}${stopped.join(', ')}`);
  for (const gateway of gateways) lines.push(`  ${gateway}: ${would}stopped`);
  if (units.length > 0) lines.push(`  units ${would}removed: ${units.join(', ')}`);
  if (diff !== '' && apply) lines.push('  its crontab block is out');
  for (const note of notes) lines.push(`note: ${note}`);
  lines.push(
    apply
      ? `Its name and its ports are free. It stays paused: to have it back, move it to ${here}/ and take \`paused: true\` out.`
      : `Nothing is changed; \`robed retire ${name} --yes\` does it.`,
  );
  return `${lines.join('\n')}\n${apply ? '' : diff}`;
}
