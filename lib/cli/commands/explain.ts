import { EXIT } from '../../core/errors.ts';
import type { HouseContext } from '../../operations/context.ts';
import { type Explanation, explainTask } from '../../operations/explain.ts';
import { withoutCommand } from '../../operations/progress-report/waiting.ts';
import type { Context } from '../context.ts';
import { withTask } from '../houses.ts';
import type { Input } from '../input.ts';
import { terminalLine } from '../terminal-text.ts';

export async function run(context: Context, { args }: Input): Promise<number> {
  const reference = args[0] as string;
  const look = async (house: HouseContext) => {
    const explanation = await explainTask(house, reference);
    if (context.json) context.out.json({ version: 1, wizard: house.house.name, ...explanation });
    else for (const line of linesOf(explanation)) context.out.line(terminalLine(line));
  };
  await withTask(context, reference, look, { look: true });
  return EXIT.ok;
}

function linesOf(explanation: Explanation): string[] {
  const { task, title, status, verdict, before, body, runs } = explanation;
  return [
    `${task}: ${title}`,
    `${status}: ${verdict}`,
    ...reasons(explanation).map((reason) => `  - ${reason}`),
    ...(before.length > 0 ? [`before it: ${before.join(', ')}`] : []),
    ...(body === null ? [] : [`body: ${body}`]),
    ...(runs.length > 0 ? ['runs:'] : []),
    ...runs.map(
      ({ run, attempt, state, outcome, reason }) =>
        `  ${run}  attempt ${attempt}, ${outcome ?? state}${reason ? `: ${reason}` : ''}`,
    ),
  ];
}

/** What the line of the verdict has not said: that one names the status, and what ends a review. */
function reasons({ status, waiting }: Explanation): string[] {
  return waiting
    .map(({ code, message }) => {
      if (code !== 'status') return message;
      const reason = message.replace(`it is ${status}`, '').replace(/^[:;] /, '');
      return status === 'REVIEW' ? withoutCommand(reason) : reason;
    })
    .filter((reason) => reason !== '');
}
