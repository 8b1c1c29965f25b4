import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, UserError } from '../../core/errors.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { type EventQuery, readEvents } from '../../records/event-store.ts';
import { openHouseholdDatabaseToRead } from '../../records/household-db.ts';
import type { Context } from '../context.ts';
import { forEachWizard } from '../each-wizard.ts';
import { describeError } from '../error-text.ts';
import { openOne } from '../houses.ts';
import { type Input, textOption } from '../input.ts';
import { terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';

const LATEST = 100;
const LOOK_MS = 250;

/** Whose events are no house's. */
const HOUSEHOLD = 'household';

/** Of the longest type, `agent.status_changed`. */
const TYPE_WIDTH = 20;

/** Events of all houses, and of what they share, by time; with --json one a line. */
export async function run(context: Context, input: Input): Promise<number> {
  const task = textOption(input, 'task');
  const last = limitOf(input, context.json);
  const query: EventQuery = { ...(task && { task }), ...(last !== undefined && { last }) };
  const logs: Log[] = [];
  let exitCode: number = EXIT.ok;
  try {
    ({ exitCode } = await forEachWizard(context, async (wizard) => {
      const house = await openOne(context, wizard, { look: input.options['follow'] !== true });
      logs.push({ wizard, db: house.db, seen: 0 });
    }));
    const alone = textOption(input, 'wizard') !== undefined;
    if (!alone) exitCode ||= tryHousehold(context, logs);
    const names = [...context.wizards(), ...(alone ? [] : [HOUSEHOLD])];
    const width = Math.max(...names.map((name) => name.length));
    print(context, readNew(logs, query).slice(-(last ?? Number.POSITIVE_INFINITY)), width);
    while (input.options['follow'] && !context.out.closed.aborted) {
      await sleep(LOOK_MS);
      if (!alone) addLateHousehold(context, logs);
      print(context, readNew(logs, task ? { task } : {}), width);
    }
  } finally {
    for (const { db } of logs) db.close();
  }
  return exitCode;
}

/** A damaged one is told, and costs nobody the events of the houses. */
function tryHousehold(context: Context, logs: Log[]): number {
  try {
    addHousehold(context, logs);
    return EXIT.ok;
  } catch (error) {
    const { text, exitCode } = describeError(error);
    context.messages.write(text);
    return exitCode;
  }
}

/** What the houses share, where anything of it was ever kept. */
function addHousehold(context: Context, logs: Log[]): void {
  if (logs.some(({ wizard }) => wizard === null)) return;
  const db = openHouseholdDatabaseToRead(context.root());
  if (db !== null) logs.push({ wizard: null, db, seen: 0 });
}

/** It may be in the making just now: then the next look has it. */
function addLateHousehold(context: Context, logs: Log[]): void {
  try {
    addHousehold(context, logs);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

interface Log {
  /** null: the household's own. */
  wizard: string | null;
  db: DatabaseSync;
  /** The last event shown. */
  seen: number;
}

type HouseEvent = RecordedEvent & { wizard: string | null };

function readNew(logs: Log[], query: EventQuery): HouseEvent[] {
  const events = logs.flatMap((log) => {
    const fresh = readEvents(log.db, { ...query, after: log.seen });
    log.seen = fresh.at(-1)?.id ?? log.seen;
    return fresh.map((event) => ({ ...event, wizard: log.wizard }));
  });
  return events.sort((a, b) => a.time - b.time || (a.wizard === b.wizard ? a.id - b.id : 0));
}

/** `width`: of the longest name, so that what follows the names stands in one column. */
function print({ out, json }: Context, events: HouseEvent[], width: number): void {
  for (const event of events) {
    const { id, time, wizard, type, task, run, attempt, data } = event;
    const line = { id, time: new Date(time).toISOString(), wizard, type, task, run, attempt, data };
    if (json) out.json(line, 'compact');
    else out.line(terminalLine(describe(event, width)));
  }
}

function describe(event: HouseEvent, width: number): string {
  const { time, wizard, type, task, attempt, data } = event;
  const details = Object.entries(data)
    .filter(([, value]) => value !== null && value !== '')
    .map(
      ([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    );
  const parts = [
    localTime(time),
    (wizard ?? HOUSEHOLD).padEnd(width),
    type.padEnd(TYPE_WIDTH),
    task ?? '',
    attempt === null ? '' : `(attempt ${attempt})`,
    details.join(', '),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function limitOf(input: Input, json: boolean): number | undefined {
  const limit = textOption(input, 'limit');
  if (limit === undefined) return json ? undefined : LATEST;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new UserError(`--limit: expected a number, found ${JSON.stringify(limit)}`, {
    exitCode: EXIT.usage,
  });
}
