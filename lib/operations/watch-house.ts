import { isBroken } from '../platform/sqlite.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { RecordedEvent } from '../records/event.ts';
import { readEvents } from '../records/event-store.ts';
import { type Aside, openAside } from './aside.ts';
import { concludeLook, PERIOD_MS, TROUBLE_MS } from './conclude-look.ts';
import type { HouseContext, LaunchRunner } from './context.ts';
import { cronAlarms } from './cron-alarms.ts';
import type { Idleness } from './idleness.ts';
import { stampOf } from './job.ts';
import { type OpenLane, openLane } from './lane.ts';
import { REST_MS, startLooking, type Timer } from './look-loop.ts';
import type { OpenOptions } from './open-house.ts';
import { reconcile } from './reconcile.ts';
import { releaseOwn } from './release-own.ts';
import { sweepStarters } from './sweep-starters.ts';
import { type QueueTimes, timesOf } from './wake-time.ts';
import { type FileWatch, type Hint, watchFiles } from './watch-files.ts';
import { openSession, type WatchSession } from './watch-session.ts';

/** After a look that a hint brought, once more: what follows closely may come without one. */
const AFTERLOOK_MS = 60;

/** While one run follows the other, what the files have to follow is gathered for so long. */
const FLOW_REST_MS = 1000;

/** Writes to the records come in bursts. */
const RECORDS_MS = 20;

/** So many failures in a row, and nobody waits for this house to come to rest. */
const HOPELESS = 3;

export interface WatchOptions extends OpenOptions {
  timer: Timer;
  /** After each look: something may have changed. */
  onLook(idleness: Idleness): void;
  /** New events, oldest first, from whoever wrote them. */
  onEvents(events: RecordedEvent[]): void;
  /** Something is wrong that the watcher survives. */
  onTrouble(error: unknown): void;
}

export interface HouseWatch {
  /** The house as it is open now; another after its home was replaced. */
  readonly context: HouseContext;
  begin(): Promise<void>;
  wake(): void;
  /** No more looks and claims; resolves when the look under way has ended. */
  pause(): Promise<void>;
  /** Let runners of their own go on with what runs in this process. */
  handOver(takeOver: LaunchRunner): Promise<void>;
  /** Pause, and reconcile a last time without claims. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Keep one house going, once begun: reconcile and claim at once, at every hint of a change, when a
 * time that the records hold comes, and every 30 s whatever was missed. Throws UserError (exit 75)
 * where another process watches the house.
 */
export async function openWatch(
  root: string,
  name: string,
  options: WatchOptions,
): Promise<HouseWatch> {
  return new Watch(root, name, options, await openSession(root, name, options));
}

class Watch implements HouseWatch {
  readonly #root: string;
  readonly #name: string;
  readonly #options: WatchOptions;
  #session: WatchSession;
  #lane: OpenLane;
  #aside: Aside;
  #files: FileWatch | null = null;
  #lastEvent: number;
  #troubles = 0;
  /** Its records fail by something that a new connection may mend. */
  #broken = false;
  /** How the queue stood after the last look; null: not to be told. */
  #seen: string | null = null;
  /** A hint came, and no look after it has ended yet. */
  #hinted = false;
  #times: { reading: QueueReading | null; times: QueueTimes } = {
    reading: null,
    times: timesOf(null),
  };
  #cancelRecords: (() => void) | null = null;
  readonly #alarms = cronAlarms(() => this.wake());
  readonly #loop;

  constructor(root: string, name: string, options: WatchOptions, session: WatchSession) {
    this.#root = root;
    this.#name = name;
    this.#options = options;
    this.#session = session;
    this.#lane = this.#openLane();
    this.#aside = this.#openAside();
    this.#lastEvent = lastEventOf(session.context);
    this.#loop = startLooking(
      () => this.#look(),
      options.timer,
      () => (this.#lane.flowing() ? FLOW_REST_MS : REST_MS),
    );
  }

  get context(): HouseContext {
    return this.#session.context;
  }

  /** Watch first, look then: what changes in between is a hint. */
  async begin(): Promise<void> {
    await this.#watchAnew();
    this.wake();
  }

  wake(): void {
    this.#loop.wake();
  }

  pause(): Promise<void> {
    return this.#loop.stop();
  }

  async handOver(takeOver: LaunchRunner): Promise<void> {
    await Promise.all([this.#lane.handOver(takeOver), this.#aside.close()]);
  }

  async finish(): Promise<void> {
    await this.pause();
    if (!this.#session.isOpen() || this.#session.home() !== 'ours') return;
    await reconcile(this.context, { claim: false });
    this.#tellEvents();
  }

  async close(): Promise<void> {
    await this.pause();
    this.#cancelRecords?.();
    this.#alarms.close();
    this.#lane.close();
    await this.#aside.close();
    await this.#files?.close();
    this.#session.close();
  }

  #openLane(): OpenLane {
    sweepStarters(this.context);
    const wake = () => (lane.flowing() ? this.wake() : this.#loop.hurry());
    const lane: OpenLane = openLane(wake, this.#options.onTrouble);
    this.context.lane = lane;
    return lane;
  }

  #openAside(): Aside {
    const aside = openAside(() => this.wake(), this.#options.onTrouble);
    this.context.aside = aside;
    return aside;
  }

  async #look(): Promise<number> {
    try {
      const wait = await this.#lookOnce();
      this.#troubles = 0;
      if (this.#hinted) this.#loop.wakeIn(AFTERLOOK_MS);
      this.#hinted = false;
      return wait;
    } catch (error) {
      this.#options.onTrouble(error);
      this.#broken = isBroken(error);
      // Twice as long after each.
      const wait = Math.min(PERIOD_MS, TROUBLE_MS * 2 ** this.#troubles++);
      if (this.#troubles >= HOPELESS) {
        this.#options.onLook({
          type: 'broken',
          reason: error instanceof Error ? error.message : String(error),
        });
      }
      return wait;
    }
  }

  async #lookOnce(): Promise<number> {
    const home = this.#session.home();
    if (home === 'gone') throw new Error(`the home of ${this.#name} is gone; waiting for it`);
    if (home === 'replaced' || this.#broken || !this.#session.holds()) await this.#reopen();
    await this.#session.refresh().catch(this.#options.onTrouble);
    const done = await reconcile(this.context, { claim: this.#session.holds() });
    // Half a save is followed by its rest: no reason to hurry.
    this.#seen = done.queue === 'unsettled' ? null : stampOf(this.context.house.paths.queue);
    this.#tellEvents();
    const times = await this.#timesOf(this.context.cache.reading ?? null);
    const { idleness, wait } = concludeLook(this.context, done, times);
    this.#options.onLook(idleness);
    if (this.#files?.isCurrent()) return wait;
    await this.#watchAnew();
    return 0;
  }

  async #timesOf(reading: QueueReading | null): Promise<QueueTimes> {
    if (this.#times.reading !== reading) {
      this.#times = { reading, times: timesOf(reading) };
      await this.#alarms.set(new Set(this.#times.times.cron.values()));
    }
    return this.#times.times;
  }

  #hint(hint: Hint): void {
    // Whoever is just making the watch looks once it is made.
    if (this.#files === null) return;
    if (hint === 'records') {
      this.#cancelRecords ??= this.#options.timer(RECORDS_MS, () => {
        this.#cancelRecords = null;
        if (this.#tellEvents()) this.wake();
      });
      return;
    }
    if (hint === 'queue' && this.#isSaved()) this.#loop.hurry();
    else this.wake();
    this.#hinted = true;
  }

  /** Is the queue another file than the last look left it? Then a person waits, and it is no echo of ours. */
  #isSaved(): boolean {
    return this.#seen !== null && stampOf(this.context.house.paths.queue) !== this.#seen;
  }

  /** True where there were any. */
  #tellEvents(): boolean {
    if (!this.#session.isOpen()) return false;
    const events = readEvents(this.context.db, { after: this.#lastEvent });
    this.#lastEvent = events.at(-1)?.id ?? this.#lastEvent;
    if (events.length > 0) this.#options.onEvents(events);
    return events.length > 0;
  }

  /** Home replaced, our lock in it taken away, records broken: begin anew with what is there now. */
  async #reopen(): Promise<void> {
    await this.#lane.abandon();
    this.#lane.close();
    await this.#aside.close();
    this.#session.close();
    this.#session = await openSession(this.#root, this.#name, this.#options);
    this.#broken = false;
    this.#lane = this.#openLane();
    this.#aside = this.#openAside();
    this.#lastEvent = lastEventOf(this.context);
    releaseOwn(this.context);
  }

  async #watchAnew(): Promise<void> {
    const before = this.#files;
    this.#files = null;
    await before?.close();
    const { paths } = this.context.house;
    this.#files = await watchFiles(paths, (hint) => this.#hint(hint), this.#options.onTrouble);
  }
}

const lastEventOf = ({ db }: HouseContext): number => readEvents(db, { last: 1 })[0]?.id ?? 0;
