import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../../core/duration.ts';
import { EXIT, UserError } from '../../core/errors.ts';
import type { GatewayState } from '../../houses/house-state.ts';
import { refuseInsideRun } from '../../operations/change-task.ts';
import type { HouseContext } from '../../operations/context.ts';
import {
  gatewayOf,
  HALF_NAMES,
  HALVES,
  type Half,
  halfSettings,
} from '../../operations/gateways.ts';
import { startHalf, stopHalf } from '../../operations/run-gateway.ts';
import { startedAt } from '../../platform/process-age.ts';
import type { Context } from '../context.ts';
import { describeError } from '../error-text.ts';
import { forEachHouse } from '../houses.ts';
import { type Input, textOption } from '../input.ts';
import { printTable } from '../table.ts';
import { terminalLine } from '../terminal-text.ts';

const ACTIONS = ['start', 'stop', 'restart', 'status'] as const;

type Action = (typeof ACTIONS)[number];

/** One gateway, and what was done about it; stable, for `--json`. */
interface GatewayRow {
  wizard: string;
  gateway: Half;
  state: GatewayState['state'];
  detail: string;
  pid: number | null;
  port: number | null;
  version: string | null;
  /** ISO 8601. */
  since: string | null;
  /** null: nothing was. */
  did: 'started' | 'stopped' | 'restarted' | null;
}

export async function run(context: Context, input: Input): Promise<number> {
  const action = actionOf(input);
  const halves = halvesOf(input);
  if (action !== 'status' && !context.dryRun) {
    refuseInsideRun(context.environment, `gateway ${action}`);
  }
  let failed: number = EXIT.ok;
  const look = action === 'status' || context.dryRun;
  const act = async (house: HouseContext) => {
    const rows: GatewayRow[] = [];
    await Promise.all(
      halves.map(async (half) => {
        try {
          const row = await handle(context, house, half, action);
          if (row !== null) rows.push(row);
        } catch (error) {
          const described = describeError(error);
          context.messages.write(described.text);
          failed ||= described.exitCode;
        }
      }),
    );
    return rows.sort((a, b) => HALVES.indexOf(a.gateway) - HALVES.indexOf(b.gateway));
  };
  const { results, exitCode } = await forEachHouse(context, act, { look });
  const rows = results.flat();
  if (context.json) context.out.json({ version: 1, dryRun: context.dryRun, gateways: rows });
  else show(context, action, rows, failed === EXIT.ok && exitCode === EXIT.ok);
  return exitCode || failed;
}

/** null where the house has no such gateway. */
async function handle(
  context: Context,
  house: HouseContext,
  half: Half,
  action: Action,
): Promise<GatewayRow | null> {
  const { clock, environment, dryRun } = context;
  const deps = { clock, environment, sleep };
  const gateway = await gatewayOf(half);
  const seen = await gateway.probe(house.house, deps);
  if (seen.state === 'none') return null;
  const row = (state: GatewayState, did: GatewayRow['did']) => rowOf(house, half, state, did);
  const isUp = seen.state === 'running';
  const mayRun = seen.state !== 'stopped' && seen.state !== 'foreign';
  switch (action) {
    case 'status':
      return row(seen, null);
    case 'start':
      if (isUp) return row(seen, null);
      return row(dryRun ? seen : await startHalf(house, half, deps), 'started');
    case 'stop': {
      const did = dryRun ? mayRun : await stopHalf(house, half, deps);
      return row(dryRun ? seen : await gateway.probe(house.house, deps), did ? 'stopped' : null);
    }
    default: {
      const did = dryRun ? mayRun : await stopHalf(house, half, deps);
      const state = dryRun ? seen : await startHalf(house, half, deps);
      return row(state, did ? 'restarted' : 'started');
    }
  }
}

function rowOf(
  { house }: HouseContext,
  half: Half,
  { state, detail, pid, version }: GatewayState,
  did: GatewayRow['did'],
): GatewayRow {
  const since = pid === undefined ? null : startedAt(pid);
  return {
    wizard: house.name,
    gateway: half,
    state,
    detail,
    pid: pid ?? null,
    port: halfSettings(house, half)?.port ?? null,
    version: version ?? null,
    since: since === null ? null : new Date(since).toISOString(),
    did,
  };
}

function show(context: Context, action: Action, rows: GatewayRow[], well: boolean): void {
  if (rows.length === 0) {
    if (well)
      context.messages.line('no house here has a gateway (`gateway:` or `robe:` in house.yaml)');
    return;
  }
  if (action === 'status') showStatus(context, rows);
  else for (const row of rows) context.out.line(terminalLine(sentence(context, action, row)));
}

function showStatus({ out, clock }: Context, rows: GatewayRow[]): void {
  const column = (heading: string, cell: (row: GatewayRow) => string) => ({
    heading,
    cells: rows.map(cell),
  });
  printTable(out, [
    column('wizard', (row) => row.wizard),
    column('gateway', (row) => row.gateway),
    column('state', (row) => row.state),
    column('pid', (row) => String(row.pid ?? '–')),
    column('port', (row) => String(row.port ?? '–')),
    column('version', (row) => row.version ?? '–'),
    column('up for', (row) => age(row.since, clock.now())),
    column('what was seen', (row) => row.detail),
  ]);
}

function age(since: string | null, now: number): string {
  if (since === null) return '–';
  return formatDuration(Math.max(0, Math.floor((now - Date.parse(since)) / 1000)) * 1000);
}

function sentence({ dryRun }: Context, action: Action, row: GatewayRow): string {
  const name = `${row.wizard}: ${HALF_NAMES[row.gateway]}`;
  if (row.did === null)
    return `${name} ${action === 'stop' ? 'did not run' : `runs: ${row.detail}`}`;
  if (dryRun) return `${name} would be ${row.did} (${row.state}: ${row.detail})`;
  return `${name} is ${row.did}${row.did === 'stopped' ? '' : `: ${row.detail}`}`;
}

function actionOf(input: Input): Action {
  const [said] = input.args;
  const action = ACTIONS.find((one) => one === said);
  if (action !== undefined) return action;
  throw new UserError(`expected ${ACTIONS.join(', ')}, found ${JSON.stringify(said)}`, {
    exitCode: EXIT.usage,
  });
}

function halvesOf(input: Input): readonly Half[] {
  const only = textOption(input, 'only');
  if (only === undefined) return HALVES;
  const half = HALVES.find((one) => one === only);
  if (half !== undefined) return [half];
  throw new UserError(`expected --only body or --only robe, found ${JSON.stringify(only)}`, {
    exitCode: EXIT.usage,
  });
}
