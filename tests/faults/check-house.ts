import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportPath } from '../../lib/houses/paths.ts';
import type { HouseContext } from '../../lib/operations/context.ts';
import { readHead } from '../../lib/operations/context.ts';
import { queueGate } from '../../lib/operations/gate.ts';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { abandoned } from '../../lib/platform/temp-files.ts';
import { readVersions, readVersionText } from '../../lib/queue/history-store.ts';
import { type QueueReading, readText } from '../../lib/queue/reading.ts';
import { parseReport } from '../../lib/queue/report.ts';
import { parseTrigger } from '../../lib/queue/trigger.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { readOpenRuns, readRun } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import type { Harm, Violation } from './tally.ts';

/** What is known of a house from before the fault. */
export interface Facts {
  /** Ids that must not be lost. */
  ids: string[];
  titles: string[];
  /** Tasks whose work is finished, and not to be done again. */
  finished: string[];
  /** What the person's bytes may be: the file without its status words. */
  texts: string[];
  /** The newest event so far; 0 where the records are made anew. */
  lastEvent: number;
  /** The records are those that were there all the time. */
  remembered: boolean;
  /** What the clock said; it never goes back. */
  now: number;
}

type Report = (harm: Harm, what: string) => void;

/** Everything in the file that is the person's alone: all but the words of status. */
export function personsBytes({ doc }: QueueReading): string {
  let text = '';
  let at = 0;
  const spans = doc.entries.map((entry) => entry.statusSpan).filter((span) => span !== null);
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    text += doc.text.slice(at, span.start);
    at = span.end;
  }
  return text + doc.text.slice(at);
}

export function readHouseQueue(context: HouseContext): QueueReading {
  const { queue } = context.house.paths;
  return readText(queue, readFileSync(queue));
}

/** What holds whenever Robed has just finished a tick, whatever went before it. */
export function checkAtRest(context: HouseContext, facts: Facts): Violation[] {
  const violations: Violation[] = [];
  const report: Report = (harm, what) => violations.push({ harm, what });
  const reading = readHouseQueue(context);
  checkText(reading, facts, report);
  checkIds(context, reading, facts, report);
  checkAgreement(context, reading, report);
  checkHistory(context, reading, report);
  checkRuns(context, report);
  checkLeftovers(context, report);
  checkEvents(context, facts, report);
  return violations;
}

/** What holds besides, once everything that could be done is done. */
export function checkDone(context: HouseContext, facts: Facts): Violation[] {
  const violations = checkAtRest(context, facts);
  const report: Report = (harm, what) => violations.push({ harm, what });
  const { db, house } = context;
  const reading = readHouseQueue(context);
  const gate = queueGate(house, reading.doc);
  const mayRun = gate.adopted && !gate.paused && gate.readOnly === null;
  for (const run of readOpenRuns(db))
    report('lost', `${run.run} of ${run.task} never ended: ${run.state}`);
  for (const [key, entry] of reading.keyed.single) {
    const task = readTasks(db).get(key);
    if (mayRun && task?.status === 'PENDING')
      report('lost', `${key} was never done: ${task.reason ?? 'PENDING'}`);
    if (task?.status === 'IN_PROGRESS' && !task.byHand)
      report('lost', `${key} is IN_PROGRESS for ever`);
    if (entry.status === 'COMPLETE' && task?.lastRun && !task.byHand)
      checkReport(context, key, task.lastRun, report);
  }
  checkEffects(context, facts, report);
  return violations;
}

function checkText(reading: QueueReading, facts: Facts, report: Report): void {
  if (reading.doc.unreadable) report('torn', `the queue can't be read: ${reading.doc.readOnly}`);
  const now = personsBytes(reading);
  if (facts.texts.length > 0 && !facts.texts.includes(now)) {
    report('torn', `the person's bytes changed: ${firstDifference(facts.texts[0] ?? '', now)}`);
  }
}

function firstDifference(wanted: string, found: string): string {
  let at = 0;
  while (at < wanted.length && wanted[at] === found[at]) at++;
  return `at ${at}, ${JSON.stringify(wanted.slice(at, at + 60))} became ${JSON.stringify(found.slice(at, at + 60))}`;
}

function checkIds(
  context: HouseContext,
  reading: QueueReading,
  facts: Facts,
  report: Report,
): void {
  const tasks = readTasks(context.db);
  for (const id of facts.ids) {
    const inQueue = reading.keyed.single.has(id) || reading.keyed.duplicates.has(id);
    const task = tasks.get(id);
    if (!inQueue && task?.archivedAt == null) report('lost', `${id} is no longer in the queue`);
    if (task === undefined) report('lost', `${id} is no longer in the records`);
  }
  const titles = new Set(reading.doc.entries.map((entry) => entry.title));
  for (const title of facts.titles)
    if (!titles.has(title)) report('lost', `the entry "${title}" is gone`);
}

/** Records and file say the same, and the records know the file that is there. */
function checkAgreement(context: HouseContext, reading: QueueReading, report: Report): void {
  const tasks = readTasks(context.db);
  if (readHead(context.db)?.hash !== reading.hash)
    report('unexplained', 'the head is not the queue as it stands');
  const gate = queueGate(context.house, reading.doc);
  for (const [key, entry] of reading.keyed.single) {
    const task = tasks.get(key);
    if (task === undefined) report('unexplained', `${key} has no record`);
    else {
      if (task.fileStatus !== entry.status)
        report(
          'unexplained',
          `${key}: recorded as ${task.fileStatus} in the file, which says ${entry.status}`,
        );
      if (
        gate.adopted &&
        gate.readOnly === null &&
        task.status !== 'UNKNOWN' &&
        task.status !== entry.status
      ) {
        report('unexplained', `${key} is ${task.status}, and the file says ${entry.status}`);
      }
    }
  }
}

function checkHistory(context: HouseContext, reading: QueueReading, report: Report): void {
  const { history } = context.house.paths;
  const versions = readVersions(history);
  for (const version of versions) {
    try {
      const text = readVersionText(history, versions, version.seq);
      // A version of Robed's own that was listed and never written is legitimate; its text is not.
      if (hashOf(text) !== version.hash)
        report('torn', `version ${version.seq} is not what it was`);
    } catch (error) {
      report('lost', `version ${version.seq} can't be had back: ${(error as Error).message}`);
    }
  }
  if (!versions.some((version) => version.hash === reading.hash))
    report('lost', 'the queue as it stands is no version');
}

function checkRuns(context: HouseContext, report: Report): void {
  const { db, house } = context;
  const live = readOpenRuns(db).filter((run) => run.state === 'claimed' || run.state === 'running');
  const byTask = new Set(live.map((run) => run.task));
  if (byTask.size < live.length) report('duplicated', 'a task has two live runs');
  if (live.length > house.settings.concurrency)
    report('duplicated', `${live.length} runs are live`);
  for (const run of readOpenRuns(db)) {
    if (run.state === 'ended') report('unexplained', `${run.run} ended and was not settled`);
  }
  for (const file of readdirSync(house.paths.work)) {
    if (!file.endsWith('.active')) continue;
    const trigger = parseTrigger(readFileSync(join(house.paths.work, file), 'utf8'));
    if (trigger === null) report('torn', `${file} is no trigger`);
    else if (!live.some((run) => run.run === trigger.run))
      report('unexplained', `${file} belongs to no live run`);
  }
}

/** Nothing half-made of a dead process is left lying about. */
function checkLeftovers(context: HouseContext, report: Report): void {
  const { paths } = context.house;
  for (const entry of readdirSync(paths.house, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const left of abandoned(join(entry.parentPath, entry.name), ['tmp', 'swap', 'away'])) {
      report('unexplained', `left behind: ${left.path.slice(paths.house.length + 1)}`);
    }
  }
  for (const left of abandoned(paths.house, ['tmp', 'swap', 'away'])) {
    report('unexplained', `left behind: ${left.path.slice(paths.house.length + 1)}`);
  }
}

/** A completion is told once, and nothing runs after it unless somebody asks for it. */
function checkEvents(context: HouseContext, facts: Facts, report: Report): void {
  const again = new Set(['task.retried', 'task.due']);
  const done = new Set(facts.finished);
  for (const event of readEvents(context.db, { after: facts.lastEvent })) {
    if (event.task === null) continue;
    if (again.has(event.type)) done.delete(event.task);
    if (event.type === 'task.assigned' && done.has(event.task)) {
      report('duplicated', `${event.task} was complete, and was given to ${event.run}`);
    }
    if (event.type !== 'task.completed') continue;
    if (done.has(event.task)) report('duplicated', `${event.task} was completed twice`);
    done.add(event.task);
  }
}

function checkReport(context: HouseContext, key: string, run: string, report: Report): void {
  const path = reportPath(context.house.paths, key);
  if (!existsSync(path)) {
    report('lost', `${key} is COMPLETE and has no report`);
    return;
  }
  const said = parseReport(readFileSync(path, 'utf8'));
  if (said.run !== run)
    report('unexplained', `the report of ${key} is ${said.run}'s, its last run was ${run}`);
  if (said.status !== 'COMPLETE') report('unexplained', `the report of ${key} says ${said.status}`);
}

/**
 * No run does its work twice, and none works that was not recorded first. A task may see a second
 * run where the first one was recorded as lost.
 */
function checkEffects(context: HouseContext, facts: Facts, report: Report): void {
  const file = join(context.house.paths.workspace, 'effects');
  if (!existsSync(file)) return;
  const seen = new Set<string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const run = line.split(' ')[1];
    if (run === undefined) continue;
    if (seen.has(run)) report('duplicated', `${run} did its work twice`);
    if (facts.remembered && readRun(context.db, run) === null)
      report('unexplained', `${run} did its work and is in no record`);
    seen.add(run);
  }
}
