import { resolve } from 'node:path';
import picocolors from 'picocolors';
import { EXIT } from '../../core/errors.ts';
import { refuseInsideRun } from '../../operations/change-task.ts';
import {
  checkUnits,
  installUnits,
  type SystemdChange,
  type SystemdOptions,
  seeUnits,
  uninstallUnits,
  wizardsWithUnits,
} from '../../operations/systemd.ts';
import type { Context } from '../context.ts';
import { type Input, textOption } from '../input.ts';
import { scheduleAction } from '../schedule-action.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';

export function run(context: Context, input: Input): Promise<number> {
  const action = scheduleAction('systemd', input.args[0]);
  const dir = textOption(input, 'dir');
  const options: SystemdOptions = {
    environment: context.environment,
    dir: dir === undefined ? undefined : resolve(context.cwd, dir),
    dryRun: context.dryRun,
  };
  switch (action) {
    case 'show':
      return show(context, options);
    case 'check':
      return check(context, options);
    case 'install':
    case 'uninstall':
      refuseInsideRun(context.environment, `systemd ${action}`);
      return change(context, action, options, textOption(input, 'wizard'));
  }
}

async function show(context: Context, options: SystemdOptions): Promise<number> {
  const { out } = context;
  const wizards = [];
  for (const wizard of context.wizards()) {
    const units = await seeUnits(context.root(), wizard, options);
    wizards.push({
      wizard,
      units: units.map(({ unit, path, state }) => ({ path, state, text: unit.text })),
    });
  }
  if (context.json) {
    out.json({ version: 1, wizards });
    return EXIT.ok;
  }
  const { bold } = picocolors.createColors(out.colors);
  for (const { path, state, text } of wizards.flatMap(({ units }) => units)) {
    out.line(bold(terminalLine(`### ${path} (${state})`)));
    out.line(terminalBlock(text));
  }
  return EXIT.ok;
}

async function change(
  context: Context,
  action: 'install' | 'uninstall',
  options: SystemdOptions,
  named: string | undefined,
): Promise<number> {
  const { out, messages, dryRun } = context;
  const root = context.root();
  const wizards =
    action === 'install' || named !== undefined
      ? context.wizards()
      : wizardsWithUnits(root, options);
  const done: (SystemdChange & { wizard: string })[] = [];
  for (const wizard of wizards) {
    const act = action === 'install' ? installUnits : uninstallUnits;
    done.push({ wizard, ...(await act(root, wizard, options)) });
  }
  if (context.json) {
    out.json({ version: 1, dryRun, wizards: done });
    return EXIT.ok;
  }
  if (done.length === 0) out.line('no unit of this household is installed');
  for (const { wizard, dir, written, removed } of done) {
    const would = dryRun ? 'would be ' : '';
    const told = [
      ...(written.length > 0 ? [`${count(written)} ${would}written to ${dir}`] : []),
      ...(removed.length > 0 ? [`${count(removed)} ${would}taken out of ${dir}`] : []),
    ];
    const nothing = `nothing to change in ${dir}`;
    out.line(terminalLine(`${wizard}: ${told.join(', ') || nothing}`));
    if (dryRun) for (const name of [...written, ...removed]) out.line(terminalLine(`  ${name}`));
  }
  const commands = done.flatMap((one) => one.commands);
  if (commands.length > 0) {
    messages.line('systemd was not told; where it runs, type:');
    for (const command of new Set(commands)) messages.line(terminalLine(`  ${command}`));
  }
  if (action === 'install' && !dryRun) {
    messages.line('so that they run while you are logged out: loginctl enable-linger');
  }
  return EXIT.ok;
}

const count = (names: readonly string[]): string =>
  `${names.length} unit${names.length === 1 ? '' : 's'}`;

async function check(context: Context, options: SystemdOptions): Promise<number> {
  const { out } = context;
  const checks = [];
  for (const wizard of context.wizards())
    checks.push(...(await checkUnits(context.root(), wizard, options)));
  const failed = checks.some(({ ok }) => !ok);
  if (context.json) out.json({ version: 1, ok: !failed, checks });
  else {
    const { green, red } = picocolors.createColors(out.colors);
    for (const { ok, wizard, unit, message } of checks) {
      const text = terminalLine(`${wizard}: ${unit} ${message}`);
      out.line(`${ok ? green('ok  ') : red('FAIL')} ${text}`);
    }
    for (const fix of new Set(checks.map((one) => one.fix)))
      if (fix !== '') out.line(`     ${fix}`);
  }
  return failed ? EXIT.failure : EXIT.ok;
}
