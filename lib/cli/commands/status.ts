import { formatDuration } from '../../core/duration.ts';
import { type GatewayDeps, type HouseState, STATE_MEANINGS } from '../../houses/house-state.ts';
import type { House } from '../../houses/household.ts';
import { type HouseView, viewHouse } from '../../operations/house-view.ts';
import type { Context } from '../context.ts';
import { forEachHouse } from '../houses.ts';
import { terminalLine } from '../terminal-text.ts';

/** A house's view, and how its robe and body are; null where it has neither. */
interface StatusView extends HouseView {
  state: HouseState | null;
}

export async function run(context: Context): Promise<number> {
  const { results, exitCode } = await forEachHouse(
    context,
    (house) => ({
      house: house.house,
      view: viewHouse(house),
    }),
    { look: true },
  );
  // At once: slow gateways of several houses cost the time of one.
  const views = await Promise.all(
    results.map(async ({ house, view }) => ({ ...view, state: await stateOf(house, context) })),
  );
  if (context.json) {
    context.out.json({ version: 1, wizards: views.map(withTimes) });
    return exitCode;
  }
  for (const view of views) {
    for (const line of linesOf(view, context.clock.now())) context.out.line(terminalLine(line));
  }
  return exitCode;
}

async function stateOf(house: House, deps: GatewayDeps): Promise<HouseState | null> {
  const { robe, gateway } = house.settings;
  if (robe === undefined && gateway === undefined) return null;
  const { seeHouseState } = await import('../../operations/house-state.ts');
  return seeHouseState(house, deps);
}

/** Times as people and programs read them: ISO 8601. */
function withTimes(view: StatusView) {
  const running = view.running.map((run) => ({ ...run, since: new Date(run.since).toISOString() }));
  return { ...view, running };
}

function linesOf(view: StatusView, now: number): string[] {
  const counts = Object.entries(view.counts).map(
    ([status, count]) => `${count} ${status.toLowerCase().replace('_', ' ')}`,
  );
  return [
    `${view.wizard}: ${counts.join(', ') || 'no tasks'}`,
    ...stateLines(view.state),
    ...view.running.map(
      ({ task, title, attempt, body, since }) =>
        `  runs       ${task} ${title} (attempt ${attempt}, ${body}, ${seconds(now - since)})`,
    ),
    ...(view.next === null ? [] : [`  next       ${view.next}`]),
    ...view.needsYou.map(
      ({ task, message }) => `  needs you  ${task === null ? '' : `${task}: `}${message}`,
    ),
  ];
}

function stateLines(state: HouseState | null): string[] {
  if (state === null) return [];
  const halves = (['robe', 'body'] as const).filter((half) => state[half].state !== 'none');
  return [
    `  state      ${state.name}: ${STATE_MEANINGS[state.name]}`,
    ...halves.map((half) => `  ${half}       ${state[half].state}: ${state[half].detail}`),
  ];
}

function seconds(ms: number): string {
  return formatDuration(Math.floor(ms / 1000) * 1000);
}
