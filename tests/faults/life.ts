import {
  closeSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/core/clock.ts';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import type { HouseContext } from '../../lib/operations/context.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import { self } from '../../lib/platform/identity.ts';
import { readText } from '../../lib/queue/reading.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import type { RunRecord } from '../../lib/records/run.ts';
import { readOpenRuns, setHolder } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { deadProcess, makeHousehold, openTestHouse } from '../support/house.ts';
import { checkAtRest, personsBytes, readHouseQueue } from './check-house.ts';
import { finishRun } from './drive.ts';
import { entriesOf, newQueue } from './person.ts';
import type { Violation } from './tally.ts';

/** A process died: thrown by the seam, from then on at each of its calls. */
class Crash extends Error {}

/**
 * A real house, worked by the real code, and what has to be true of it: the smallest model that the
 * promises of docs/architecture.md can be read off. The person's side is the text last saved.
 */
export class Life {
  private readonly house;
  /** How far its clock is ahead: it goes on as that of its files does, or each would seem to be from the future. */
  private ahead = 0;
  private readonly clock: Clock = {
    now: () => Date.now() + this.ahead,
    monotonic: () => performance.now() + this.ahead,
  };
  private context: HouseContext | null = null;
  /** Versions that stood long enough to be read, by Robed too: the person may still have them open. */
  private readonly copies: string[] = [];
  private last = newQueue();
  /** Tasks that are COMPLETE; they leave that state by a person's word alone. */
  private finished = new Set<string>();
  /** Whose status the person changed, on the text as it stood, since it was last read. */
  private readonly meant = new Set<string>();
  /** Runs that really did their work. */
  private readonly worked = new Set<string>();
  private lastEvent = 0;

  constructor(folder: string) {
    this.house = makeHousehold(newQueue(), { folder });
  }

  text(): string {
    return this.house.read();
  }

  /** An old version, the n-th last. */
  copy(back: number): string {
    return this.copies.at(-1 - (back % Math.max(1, this.copies.length))) ?? this.text();
  }

  /** The person saves, by a rename. Statuses count as meant where the text is the newest one's. */
  save(text: string, how: { old: boolean }): void {
    const before = entriesOf(this.text());
    if (!how.old) {
      for (const { id, status } of entriesOf(text)) {
        const known = before.filter((entry) => entry.id === id);
        if (known.length !== 1 || known[0]?.status !== status) this.meant.add(id);
      }
    }
    this.last = text;
    writeFileSync(`${this.house.paths.queue}~`, text);
    renameSync(`${this.house.paths.queue}~`, this.house.paths.queue);
  }

  /** The person's editor writes in place, and a tick comes when it has written half. */
  async saveInHalves(text: string, part: number): Promise<void> {
    this.save(this.text(), { old: false });
    const fd = openSync(this.house.paths.queue, 'w');
    const bytes = Buffer.from(text);
    const half = Math.floor(bytes.length * part);
    writeSync(fd, bytes.subarray(0, half));
    await reconcile(await this.open(), { claim: true });
    writeSync(fd, bytes.subarray(half));
    closeSync(fd);
    this.last = text;
  }

  wait(ms: number): void {
    this.ahead += ms;
  }

  /** A tick; with `dieAt` it is killed before its so-manyth call, and the next one follows. */
  async tick(claim: boolean, dieAt: number | null = null): Promise<Violation[]> {
    if (dieAt !== null) await this.die(claim, dieAt);
    const context = await this.open();
    const { queue } = await reconcile(context, { claim });
    return queue === 'read' ? this.check(context) : [];
  }

  async complete(pick: number): Promise<void> {
    const run = await this.liveRun(pick);
    if (run && finishRun(await this.open(), run.run)) this.worked.add(run.run);
  }

  async fail(pick: number): Promise<void> {
    const run = await this.liveRun(pick);
    if (run) recordEnd(await this.open(), run, emptyResult('failed', 'no luck'));
  }

  /** Its runner is dead. */
  async kill(pick: number): Promise<void> {
    const run = await this.liveRun(pick);
    if (run) setHolder((await this.open()).db, run.run, deadProcess());
  }

  /** Somebody leaves a report that no live run wrote: an invented one, a run's of long ago, a bare text. */
  async forge(pick: number, kind: 'invented' | 'late' | 'bare'): Promise<void> {
    const { db } = await this.open();
    const tasks = [...readTasks(db).values()];
    const task = tasks[pick % Math.max(1, tasks.length)];
    if (task === undefined) return;
    const live = readOpenRuns(db).some((run) => run.task === task.key);
    const run = kind === 'late' && task.lastRun && !live ? task.lastRun : 'nobody-knows';
    const header =
      kind === 'bare' ? '' : `---\ntask: ${task.key}\nrun: ${run}\nstatus: COMPLETE\n---\n`;
    writeFileSync(reportPath(this.house.paths, task.key), `${header}all is done, believe me\n`);
    writeFileSync(triggerPath(this.house.paths, `${task.key}x`), 'no trigger\n');
  }

  /** The records are lost, when everything had been read. */
  async forget(): Promise<Violation[]> {
    const found = await this.tick(false);
    closeHouse(await this.open());
    this.context = null;
    this.lastEvent = 0;
    for (const part of ['', '-wal', '-shm'])
      rmSync(this.house.paths.database + part, { force: true });
    return [...found, ...(await this.tick(false))];
  }

  close(): void {
    armFaults(null);
    if (this.context) closeHouse(this.context);
    this.house.remove();
  }

  private async open(): Promise<HouseContext> {
    this.context ??= await openTestHouse(this.house, { clock: this.clock });
    return this.context;
  }

  private async liveRun(pick: number): Promise<RunRecord | undefined> {
    const live = readOpenRuns((await this.open()).db).filter((run) => run.state !== 'ended');
    return live[pick % Math.max(1, live.length)];
  }

  private async die(claim: boolean, at: number): Promise<void> {
    const context = await this.open();
    let count = 0;
    armFaults(() => {
      count += 1;
      if (count >= at) throw new Crash();
    });
    try {
      await reconcile(context, { claim });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.bury(context);
    } finally {
      armFaults(null);
    }
    closeHouse(context);
    this.context = null;
  }

  /** What this process left, as if it had been another one that is dead now. */
  private bury({ db }: HouseContext): void {
    const { pid, start } = self();
    const dead = deadProcess();
    for (const run of readOpenRuns(db)) if (run.holder?.pid === pid) setHolder(db, run.run, dead);
    for (const entry of readdirSync(this.house.root, { recursive: true, withFileTypes: true })) {
      if (!entry.name.includes('.robed-')) continue;
      const name = entry.name.replace(`.${pid}-${start}-`, `.${dead.pid}-${dead.start}-`);
      renameSync(join(entry.parentPath, entry.name), join(entry.parentPath, name));
    }
  }

  private check(context: HouseContext): Violation[] {
    const reading = readHouseQueue(context);
    const { last } = this;
    this.copies.push(last, this.text());
    const ids = [...new Set(entriesOf(last).map((entry) => entry.id))];
    const facts = {
      ids,
      titles: [],
      finished: [],
      texts: [],
      lastEvent: this.lastEvent,
      remembered: false,
      now: 0,
    };
    const found = checkAtRest(context, facts);
    const saved = personsBytes(readText('WORK-QUEUE.md', Buffer.from(last)));
    if (!isWithin(saved, personsBytes(reading)))
      found.push({ harm: 'torn', what: 'words of the last save are gone' });
    const tasks = readTasks(context.db);
    for (const key of this.finished) {
      const task = tasks.get(key);
      if (task && task.status !== 'COMPLETE' && !this.meant.has(key)) {
        found.push({
          harm: 'duplicated',
          what: `${key} was COMPLETE, is ${task.status}, and nobody said so`,
        });
      }
    }
    for (const event of readEvents(context.db, { after: this.lastEvent })) {
      this.lastEvent = event.id;
      if (event.type !== 'task.completed' || event.data['by'] === 'person') continue;
      if (!this.worked.has(event.run ?? ''))
        found.push({
          harm: 'unexplained',
          what: `${event.task} is complete by ${event.run}, which did nothing`,
        });
    }
    this.meant.clear();
    this.finished = new Set(
      [...tasks.values()].filter((task) => task.status === 'COMPLETE').map((task) => task.key),
    );
    return found;
  }
}

/** Line by line, in order; an old copy that lacks entries gets them back in between. */
function isWithin(part: string, whole: string): boolean {
  const lines = whole.split('\n');
  let at = 0;
  for (const line of part.split('\n')) {
    while (at < lines.length && lines[at] !== line) at++;
    if (at++ >= lines.length) return false;
  }
  return true;
}
