import { beat } from '../../operations/heartbeat/beat.ts';
import type { Heartbeat } from '../../operations/heartbeat/heartbeat.ts';
import type { Context } from '../context.ts';
import { forEachHouse } from '../houses.ts';
import { terminalLine } from '../terminal-text.ts';

/** Off a terminal it says nothing: a heart that beats is no news. */
export async function run(context: Context): Promise<number> {
  const { dryRun, json, out } = context;
  const { results, exitCode } = await forEachHouse(context, (house) => beat(house, { dryRun }));
  if (json) out.json({ version: 1, dryRun, wizards: results.map(withWizard) });
  else if (out.terminal || dryRun) {
    for (const heartbeat of results) out.line(terminalLine(describe(heartbeat)));
  }
  return exitCode;
}

function withWizard({ version: _, ...heartbeat }: Heartbeat) {
  return { wizard: heartbeat.agent, ...heartbeat };
}

function describe(heartbeat: Heartbeat): string {
  const { agent, cycle, state, workInProgress, lastResult, nextTarget, needsYou } = heartbeat;
  return [
    `${agent}: cycle ${cycle}, ${state}`,
    ...workInProgress.map(
      ({ task, attempt, body }) => `runs ${task} (attempt ${attempt}, ${body})`,
    ),
    ...(lastResult ? [`last ${lastResult.task} ${lastResult.outcome}`] : []),
    ...(nextTarget ? [`next ${nextTarget.task}`] : []),
    ...(needsYou > 0 ? [`${needsYou} for you`] : []),
  ].join('; ');
}
