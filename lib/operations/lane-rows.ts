import { setTimeout as sleep } from 'node:timers/promises';
import { transaction } from '../platform/sqlite.ts';
import type { RunRecord } from '../records/run.ts';
import { countLiveRuns } from '../records/run-store.ts';
import { recordClaim, runName } from './claim.ts';
import type { PlannedClaim } from './claim-plan.ts';
import type { HouseContext, Lane } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { TRIES, TROUBLE_MS } from './insist.ts';
import type { Carried } from './judge-run.ts';
import { type LaneOrder, laneOrder } from './lane-order.ts';
import { together } from './together.ts';

/** A run that this process carries out. */
export interface LaneRun {
  context: HouseContext;
  run: RunRecord;
  plan: PlannedClaim;
  /** Aborted where somebody else answers for the run from now on. */
  given: AbortController;
  /** Resolved when it has its end, or was given away. */
  over: PromiseWithResolvers<void>;
}

/** A claim that was decided for, and what its run is to be called. */
export interface Planned {
  plan: PlannedClaim;
  name: string;
}

interface Carrier {
  takes(context: HouseContext, plan: PlannedClaim): boolean;
  /**
   * Carry out what is claimed; `begun` is to be called once there is nothing to do but wait. null:
   * somebody else answers for it now.
   */
  carryOut(at: LaneRun, begun: () => void): Promise<Carried | null>;
  /** What may follow `at` under this name, if it is claimed when `at` has its end. */
  foresee(at: LaneRun, next: Planned): void;
  /** There are ends that the files have to follow, and room for what this lane does not take. */
  wake(): void;
  onTrouble(error: unknown): void;
}

interface LaneRows extends Pick<Lane, 'begin' | 'fill' | 'wrote'> {
  /** What is carried out just now. */
  readonly live: ReadonlyMap<string, LaneRun>;
  /** Whether runs follow one another just now. */
  flowing(): boolean;
  /** Begin nothing more. */
  close(): void;
}

interface Ending {
  at: LaneRun;
  carried: Carried;
  next: Next | null;
}

/** What would follow, and the order that it was taken from. */
interface Next extends Planned {
  order: LaneOrder;
}

/**
 * Rows of runs, as many at a time as the wizard may have: where one ends, its end and the claim of
 * the next are one commit, and so are those of others that end at the same moment.
 */
export function openRows({ takes, carryOut, foresee, wake, onTrouble }: Carrier): LaneRows {
  const live = new Map<string, LaneRun>();
  const record = together(recordEnds);
  let order: LaneOrder | null = null;
  /** Planned ahead from that, best first: for whichever row is free first. */
  let ready: Next[] = [];
  let planning: Promise<void> = Promise.resolve();
  /** Rows in which a second run has followed the first. */
  let flow = 0;
  let open = true;

  return {
    live,
    begin(context, plan, seen, first = () => true) {
      const begun = laneOrder(context, seen, plan.candidate.key);
      order = begun;
      ready = [];
      const run = transaction(context.db, () =>
        first() ? recordClaim(context, plan, begun.concurrency, 'running') : null,
      );
      if (run !== null) void work(laneRun(context, run, plan));
      return run;
    },
    async fill(context) {
      const from = order;
      await planning;
      let free = from === null ? 0 : from.concurrency - countLiveRuns(context.db);
      const next: Next[] = [];
      // What a row had planned ahead for itself is planned anew.
      let owed = 0;
      for (; free > 0 && from !== null; free--) {
        const kept = ready.shift();
        if (kept !== undefined) owed++;
        const one = kept ?? (await planned(context, from));
        if (one === null) break;
        next.push(one);
      }
      if (next.length === 0) return [];
      const begun = transaction(context.db, () => next.map((one) => follow(context, one)));
      const runs = begun.filter((at) => at !== null);
      for (const at of runs) void work(at);
      for (; owed > 0; owed--) planAhead(context, null);
      return runs.map(({ run }) => run);
    },
    wrote: (before, after) => order?.wrote(before, after),
    flowing: () => flow > 0,
    close() {
      open = false;
    },
  };

  /** From run to run, as long as there is one to go on with. */
  async function work(first: LaneRun): Promise<void> {
    let at: LaneRun | null = first;
    let count = 0;
    while (at !== null) {
      if (++count === 2) flow++;
      const one: LaneRun = at;
      const { run, over } = one;
      live.set(run.run, one);
      at = await goOn(one).catch((error: unknown) => giveUp(one, error, null));
      live.delete(run.run);
      over.resolve();
    }
    if (count > 1) flow--;
    if (open) wake();
  }

  async function goOn(at: LaneRun): Promise<LaneRun | null> {
    const carried = await carryOut(at, () => planAhead(at.context, at));
    await planning;
    if (carried === null || at.given.signal.aborted) return null;
    const next = ready.shift() ?? null;
    return record({ at, carried, next }).catch((error: unknown) => giveUp(at, error, carried));
  }

  /** One more, and where it would follow `at` that is told. */
  function planAhead(context: HouseContext, at: LaneRun | null): void {
    const [from, before] = [order, planning];
    const plan = async () => {
      const next = from && (await planned(context, from));
      // Planned from what was seen before, it may be under way by now.
      if (next === null || from !== order) return;
      ready.push(next);
      if (at !== null) foresee(at, next);
    };
    planning = plan().then(
      () => before,
      () => before,
    );
  }

  async function planned(context: HouseContext, from: LaneOrder): Promise<Next | null> {
    const plan = await from.next();
    if (plan === null || !takes(context, plan)) return null;
    return { plan, name: runName(context), order: from };
  }

  function recordEnds(endings: readonly Ending[]): (LaneRun | null)[] {
    const [first] = endings;
    if (first === undefined) return [];
    return transaction(first.at.context.db, () =>
      endings.map(({ at: { context, run, plan }, carried: { result, retry }, next }) => {
        const ended = recordEnd(context, run, result, { retry, job: plan.job });
        if (!ended || next === null) return null;
        return follow(context, next);
      }),
    );
  }

  /** In a transaction: claim what was planned, where that still holds. */
  function follow(context: HouseContext, { plan, name, order: from }: Next): LaneRun | null {
    if (!open || !takes(context, plan) || !from.holds(plan)) return null;
    const run = recordClaim(context, plan, from.concurrency, 'running', name);
    return run && laneRun(context, run, plan);
  }

  /** Whatever happened, the run gets an end, or its task would wait for ever: its own, if it has one. */
  async function giveUp(at: LaneRun, error: unknown, own: Carried | null): Promise<null> {
    const { context, run, plan } = at;
    onTrouble(error);
    const reason = `Robed could not carry it on: ${(error as Error).message}`;
    const lost: Carried = { result: emptyResult('lost', reason), retry: true };
    for (let tries = 0; open; tries++) {
      const { result, retry } = own !== null && tries < TRIES ? own : lost;
      try {
        recordEnd(context, run, result, { retry, job: plan.job });
        return null;
      } catch (again) {
        onTrouble(again);
        await sleep(TROUBLE_MS);
      }
    }
    return null;
  }
}

const laneRun = (context: HouseContext, run: RunRecord, plan: PlannedClaim): LaneRun => ({
  context,
  run,
  plan,
  given: new AbortController(),
  over: Promise.withResolvers(),
});
