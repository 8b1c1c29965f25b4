import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, UserError } from '../../core/errors.ts';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import { readHouseholdSettings } from '../../houses/read-settings.ts';
import { recentAlerts, type SinkState } from '../../operations/alerts/recent-alerts.ts';
import { sendAlerts, sendTest } from '../../operations/alerts/send-alerts.ts';
import type { Context } from '../context.ts';
import { type Input, textOption } from '../input.ts';
import { terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';

const LATEST = 20;

/** How far back a list goes: as far as events are kept. */
const KEPT_MS = 30 * 86_400_000;

export async function run(context: Context, input: Input): Promise<number> {
  const [what = 'list'] = input.args;
  const settings = readHouseholdSettings(context.root());
  switch (what) {
    case 'list':
      return list(context, settings, limitOf(input));
    case 'send':
      return send(context, settings);
    case 'test':
      return test(context, settings);
    default:
      throw new UserError(`expected send or test, found ${JSON.stringify(what)}`, {
        exitCode: EXIT.usage,
      });
  }
}

async function list(context: Context, settings: HouseholdSettings, limit: number): Promise<number> {
  const since = context.clock.now() - KEPT_MS;
  const { alerts, sinks } = await recentAlerts(context.root(), settings, { since, limit });
  if (context.json) {
    const times = ({ lastSent, ...sink }: SinkState) => ({
      ...sink,
      lastSent: lastSent === null ? null : new Date(lastSent).toISOString(),
    });
    context.out.json({ version: 1, alerts, sinks: sinks.map(times) });
    return EXIT.ok;
  }
  for (const { time, message } of alerts) {
    context.out.line(terminalLine(`${localTime(Date.parse(time))}  ${message}`));
  }
  if (alerts.length === 0) context.out.line('nothing was worth an alert in the last 30 days');
  if (sinks.length > 0) context.out.line('');
  for (const sink of sinks) context.out.line(terminalLine(`told: ${stateOf(sink)}`));
  if (sinks.length === 0) tellNoSink(context);
  return EXIT.ok;
}

function stateOf({ sink, lastSent, held, failure }: SinkState): string {
  const last = lastSent === null ? 'nothing sent yet' : `last sent ${localTime(lastSent)}`;
  const more = held > 0 ? `, ${held} held back since` : '';
  const trouble = failure === null ? '' : `; FAILS: ${failure}`;
  return sink.startsWith('ping ') ? sink : `${sink}: ${last}${more}${trouble}`;
}

async function send(context: Context, settings: HouseholdSettings): Promise<number> {
  const rounds = await sendAlerts(context.root(), settings, { ...context, sleep });
  if (context.json) context.out.json({ version: 1, sinks: rounds });
  if (rounds === null) {
    throw new UserError('another process is just sending them', { exitCode: EXIT.busy });
  }
  const failures = rounds.filter(({ failure }) => failure !== null);
  if (!context.json) {
    for (const { sink, sent, held, failure } of rounds) {
      if (sent + held > 0 || failure !== null) {
        const trouble = failure === null ? '' : `; ${failure}: tried again next time`;
        context.out.line(terminalLine(`${sink}: ${sent} sent, ${held} held back${trouble}`));
      }
    }
  }
  return failures.length > 0 ? EXIT.failure : EXIT.ok;
}

async function test(context: Context, settings: HouseholdSettings): Promise<number> {
  const results = await sendTest(context.root(), settings, { ...context, sleep });
  if (context.json) context.out.json({ version: 1, sinks: results });
  else {
    for (const { sink, problem } of results) {
      context.out.line(terminalLine(`${sink}: ${problem ?? 'ok'}`));
    }
    if (results.length === 0) tellNoSink(context);
  }
  return results.some(({ problem }) => problem !== null) ? EXIT.failure : EXIT.ok;
}

function tellNoSink({ messages }: Context): void {
  messages.line(
    'robed: robed.yaml names no place for alerts\n  add one under alerts.to: docs/household.md',
  );
}

function limitOf(input: Input): number {
  const limit = textOption(input, 'limit') ?? String(LATEST);
  if (/^[1-9]\d{0,4}$/.test(limit)) return Number(limit);
  throw new UserError(`--limit: expected a number, found ${JSON.stringify(limit)}`, {
    exitCode: EXIT.usage,
  });
}
