import picocolors from 'picocolors';
import { EXIT } from '../../core/errors.ts';
import { planCrontab, readBlocks, renderBlock } from '../../houses/crontab-block.ts';
import { loadHouse } from '../../houses/household.ts';
import { refuseInsideRun } from '../../operations/change-task.ts';
import {
  type CrontabChange,
  installCrontab,
  linesOf,
  uninstallCrontab,
  wizardsWithBlocks,
} from '../../operations/crontab.ts';
import { checkCrontab } from '../../operations/crontab-check.ts';
import { openCrontab } from '../../platform/crontab-client.ts';
import type { Context } from '../context.ts';
import { describeError } from '../error-text.ts';
import { type Input, textOption } from '../input.ts';
import { scheduleAction } from '../schedule-action.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';
import { unifiedDiff } from '../unified-diff.ts';

export function run(context: Context, input: Input): Promise<number> {
  const action = scheduleAction('crontab', input.args[0]);
  switch (action) {
    case 'show':
      return show(context);
    case 'check':
      return check(context);
    case 'install':
    case 'uninstall':
      refuseInsideRun(context.environment, `crontab ${action}`);
      return change(context, action, textOption(input, 'wizard'));
  }
}

/** The blocks as they are to be; what is said of the crontab as it is goes to the person. */
async function show(context: Context): Promise<number> {
  const root = context.root();
  const text = readCrontab(context);
  const wizards = [];
  for (const wizard of context.wizards()) {
    const lines = linesOf(await loadHouse(root, wizard));
    const planned = planCrontab(text ?? '', [{ root, wizard, lines }]);
    const blockIn = (crontab: string) =>
      readBlocks(crontab).find((one) => one.root === root && one.wizard === wizard)?.lines;
    const there = blockIn(text ?? '') ? 'differs' : 'absent';
    const state = text === null ? 'unknown' : planned === text ? 'installed' : there;
    // The first line is the note that comes with every block.
    wizards.push({
      wizard,
      state,
      block: renderBlock(root, wizard, blockIn(planned)?.slice(1) ?? []),
    });
  }
  if (context.json) context.out.json({ version: 1, wizards });
  else {
    for (const { wizard, state, block } of wizards) {
      context.out.write(terminalBlock(block));
      if (state === 'absent') context.messages.line(`${wizard}: not in your crontab`);
      if (state === 'differs') context.messages.line(`${wizard}: your crontab has an older one`);
      if (state === 'absent' || state === 'differs')
        context.messages.line(`  robed crontab install --wizard ${wizard}`);
    }
  }
  return EXIT.ok;
}

function readCrontab(context: Context): string | null {
  try {
    const text = openCrontab(context.environment).read();
    readBlocks(text);
    return text;
  } catch (error) {
    context.messages.write(describeError(error).text);
    return null;
  }
}

async function change(
  context: Context,
  action: 'install' | 'uninstall',
  named: string | undefined,
): Promise<number> {
  const { clock, environment, dryRun, out } = context;
  const root = context.root();
  const options = { clock, environment, dryRun };
  const wizards =
    action === 'install' || named !== undefined
      ? context.wizards()
      : [...new Set([...context.wizards(), ...wizardsWithBlocks(root, environment)])];
  const done: { wizard: string; changed: boolean; diff: string }[] = [];
  for (const wizard of wizards) {
    const act = action === 'install' ? installCrontab : uninstallCrontab;
    const { before, after }: CrontabChange = await act(root, wizard, options);
    done.push({ wizard, changed: before !== after, diff: unifiedDiff('crontab', before, after) });
  }
  if (context.json) out.json({ version: 1, dryRun, wizards: done });
  else {
    for (const { wizard, changed, diff } of done) {
      if (dryRun && changed) out.write(terminalBlock(diff));
      else out.line(terminalLine(`${wizard}: ${wordsFor(action, changed)}`));
    }
  }
  return EXIT.ok;
}

function wordsFor(action: 'install' | 'uninstall', changed: boolean): string {
  if (action === 'install') return changed ? 'its block is in your crontab' : 'nothing to change';
  return changed ? 'its block is out of your crontab' : 'it has no block in your crontab';
}

async function check(context: Context): Promise<number> {
  const { clock, environment, out } = context;
  const options = { clock, environment, replay: true };
  const checks = await checkCrontab(context.root(), context.wizards(), options);
  const failed = checks.some(({ ok }) => !ok);
  if (context.json) {
    const told = checks.map((one) => ({
      ...one,
      lastFired: one.lastFired === null ? null : new Date(one.lastFired).toISOString(),
    }));
    out.json({ version: 1, ok: !failed, checks: told });
    return failed ? EXIT.failure : EXIT.ok;
  }
  const { green, red } = picocolors.createColors(out.colors);
  for (const { wizard, job, lastFired, ok, message, fix } of checks) {
    const subject = [wizard, job].filter((word) => word !== null).join(' ');
    const fired =
      job === null
        ? ''
        : lastFired === null
          ? ', not fired yet'
          : `, fired ${localTime(lastFired)}`;
    const text = terminalLine(
      `${subject}${subject === '' ? '' : ': '}${message}${ok ? fired : ''}`,
    );
    out.line(`${ok ? green('ok  ') : red('FAIL')} ${text}`);
    if (!ok && fix !== '') out.line(terminalLine(`     ${fix}`));
  }
  return failed ? EXIT.failure : EXIT.ok;
}
