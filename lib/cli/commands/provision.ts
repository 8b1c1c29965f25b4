import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { EXIT } from '../../core/errors.ts';
import type { Step, Wishes } from '../../houses/provision.ts';
import { refuseInsideRun } from '../../operations/change-task.ts';
import { type Provisioned, provision } from '../../operations/provision.ts';
import { type Started, startGateways } from '../../operations/start-gateways.ts';
import { ensureDirectory } from '../../platform/files.ts';
import { askWishes } from '../ask-wishes.ts';
import type { Context } from '../context.ts';
import { type Input, textOption } from '../input.ts';
import { readWishes } from '../provision-wishes.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';
import { unifiedDiff } from '../unified-diff.ts';

export async function run(context: Context, input: Input): Promise<number> {
  const { dryRun, json, clock, environment, out } = context;
  refuseInsideRun(environment, 'provision');
  const name = input.args[0] as string;
  const root = rootOf(context, input);
  const wishes = await wishesOf(context, input, root);
  const crontab = input.options['noCrontab'] !== true;
  const options = { clock, environment, dryRun, crontab };
  const provisioned = await provision(root, name, wishes, options);
  const start = input.options['start'] === true && !dryRun;
  const started = start ? await startGateways(root, name, { clock, environment }) : [];
  if (json) out.json(document(context, root, name, provisioned, started));
  else if (dryRun) out.write(terminalBlock(planText(root, name, provisioned)));
  else out.write(terminalBlock(doneText(root, name, provisioned, started)));
  return started.every(({ running }) => running) ? EXIT.ok : EXIT.failure;
}

/** A folder that is named becomes a household; one that one only stands in does not. */
function rootOf(context: Context, input: Input): string {
  const named = textOption(input, 'root') ?? context.environment['ROBED_ROOT'];
  const root = named ? resolve(context.cwd, named) : null;
  if (root === null || !statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    return context.root();
  }
  if (!context.dryRun) ensureDirectory(join(root, 'wizards'), 0o755);
  return realpathSync(root);
}

async function wishesOf(context: Context, input: Input, root: string): Promise<Wishes> {
  const wishes = readWishes(context, input);
  const stands = existsSync(join(root, 'wizards', input.args[0] as string, 'house.yaml'));
  const asks = process.stdin.isTTY === true && context.messages.terminal && !context.json;
  if (!asks || stands || input.options['yes'] === true) return wishes;
  const answers = await askWishes(context, input, root);
  const asked = readWishes(context, answers.input);
  return answers.modelKey === '' ? asked : { ...asked, modelKey: answers.modelKey };
}

function planText(root: string, name: string, { plan, crontab }: Provisioned): string {
  const lines = lasting(plan.steps).map((step) => stepText(root, step));
  const diff = crontab === null ? '' : unifiedDiff('crontab', crontab.before, crontab.after);
  const nothing = lines.length === 0 && diff === '' ? [`${name}: nothing to change\n`] : [];
  return [...nothing, ...lines, diff, ...plan.notes.map(noteText)].join('');
}

/** Without the note that a provision writes for itself, and takes away at its end. */
const lasting = (steps: readonly Step[]): Step[] =>
  steps.filter(({ path }) => !path.endsWith('.provisioning'));

function stepText(root: string, step: Step): string {
  const path = relative(root, step.path);
  switch (step.type) {
    case 'folder':
      return `folder ${path}/ (${mode(step.mode)})\n`;
    case 'file':
      return `file ${path} (${mode(step.mode)})\n${unifiedDiff(path, '', step.shown)}`;
    case 'link':
      return `link ${path} → ${step.target}\n`;
    case 'clone':
      return `clone ${step.url} to ${path}\n`;
    case 'remove':
      return `remove ${path}\n`;
    case 'repository':
      return `git repository ${path}/, with ${step.files.join(', ')}\n`;
  }
}

const mode = (bits: number): string => bits.toString(8).padStart(4, '0');

const noteText = (note: string): string => `note: ${note}\n`;

function doneText(
  root: string,
  name: string,
  { house, plan, crontab }: Provisioned,
  started: readonly Started[],
): string {
  const { steps, port, robe, role, notes } = plan;
  const planted = crontab !== null && crontab.before !== crontab.after;
  const state = started.map((half) => `${half.what}: ${half.detail}\n`);
  if (steps.length === 0 && !planted) {
    return [`${name}: nothing to change, its house stands at ${house}\n`, ...state]
      .concat(notes.map(noteText))
      .join('');
  }
  const made = steps.some((step) => step.path.endsWith('house.yaml'));
  const link = steps.find((step) => step.type === 'link' || step.type === 'clone');
  const rows: [string, string | null][] = [
    ['role', role || null],
    ['gateway', port === null ? null : `127.0.0.1:${port}`],
    ['robe', robe === null ? null : `openclaw on 127.0.0.1:${robe}`],
    ['hermes', link ? stepText(root, link).trim() : null],
    ['crontab', planted ? 'its block is in; `robed crontab show` shows it' : null],
  ];
  return [
    made ? `${name} has a house: ${house}\n` : `${name}: its house at ${house} is whole again\n`,
    ...rows.flatMap(([what, says]) => (says === null ? [] : [`  ${what.padEnd(8)} ${says}\n`])),
    ...state,
    ...notes.map(noteText),
    made
      ? `Its queue is ${terminalLine(relative(root, house))}/home/WORK-QUEUE.md; write a task there, or: robed add "…" --wizard ${name}\n`
      : '',
  ].join('');
}

function document(
  { dryRun }: Context,
  root: string,
  wizard: string,
  { house, plan, crontab }: Provisioned,
  started: readonly Started[],
) {
  const { steps, notes, port, robe, role } = plan;
  return {
    version: 1,
    dryRun,
    wizard,
    house,
    role,
    port,
    robe,
    changes: lasting(steps).map((step) => ({ type: step.type, path: relative(root, step.path) })),
    crontab: crontab === null ? null : unifiedDiff('crontab', crontab.before, crontab.after),
    started,
    notes,
  };
}
