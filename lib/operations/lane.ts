import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Job } from '../bodies/body.ts';
import { bodyEnvironment } from '../bodies/environment.ts';
import { shellBody, soleScript } from '../bodies/shell.ts';
import { runFolder, starterFolders, triggerPath } from '../houses/paths.ts';
import { type ProcessIdentity, self } from '../platform/identity.ts';
import { lastPid } from '../platform/new-processes.ts';
import { endGroup, leftBehind } from '../platform/process-group.ts';
import { transaction } from '../platform/sqlite.ts';
import { openStarter, type ScriptOptions, type Starter } from '../platform/starter.ts';
import type { RunRecord } from '../records/run.ts';
import { setLeader, takeRun } from '../records/run-store.ts';
import { attend, carriedBadly, conclude, GRACE_MS } from './attend-run.ts';
import { type PlannedClaim, placeTrigger, recordClaim } from './claim.ts';
import type { HouseContext, Lane, LaunchRunner } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { jobForBody } from './job.ts';
import { type Carried, failed } from './judge-run.ts';
import { type LaneOrder, laneOrder } from './lane-order.ts';
import { LEASE_MS } from './lease.ts';
import { archivePreviousReport } from './settle-run.ts';
import type { Intervention } from './watch-run.ts';

/** Work that is over within this leaves no trigger: nobody could have read it. */
const BRIEF_MS = 50;

/** A run whose end could not be recorded is tried again after this. */
const TROUBLE_MS = 1000;

/** How long a watcher that leaves waits for what it does itself. */
const PATIENCE_MS = 5000;

interface Under {
  context: HouseContext;
  run: RunRecord;
  plan: PlannedClaim;
  /** Aborted where somebody else answers for the run from now on. */
  given: AbortController;
  starter: Starter | null;
  /** Resolved when it has its end, or was given away. */
  over: PromiseWithResolvers<void>;
}

export interface OpenLane extends Lane {
  /** Whether runs follow one another just now. */
  flowing(): boolean;
  /** Give what runs to runners of its own, and take nothing more. */
  handOver(takeOver: LaunchRunner): Promise<void>;
  close(): void;
}

/**
 * The short way for shell tasks in a process that stays: the body is started by a shell that waits
 * for it, and the end of a run and the claim of the next are one commit. Triggers, reports and the
 * queue's statuses follow from the records as after a crash; `wake` is called when there are some.
 * Whatever can't go this way goes the long one.
 */
export function openLane(wake: () => void, onTrouble: (error: unknown) => void): OpenLane {
  const live = new Map<string, Under>();
  const starters: Starter[] = [];
  let order: LaneOrder | null = null;
  /** Lines of work in which a second run has followed the first. */
  let flow = 0;
  let opened = 0;
  let open = true;

  return {
    takes,
    begin(context, plan, seen) {
      order = laneOrder(context, seen, plan.candidate.key);
      const run = recordClaim(context, plan, order.concurrency, 'running');
      if (run !== null) void work(under(context, run, plan));
      return run;
    },
    wrote: (before, after) => order?.wrote(before, after),
    flowing: () => flow > 0,
    async handOver(takeOver) {
      open = false;
      for (const at of live.values()) if (at.starter?.state === 'busy') await give(at, takeOver);
      // The others' scripts have ended; what is left to do for them is short, as a rule.
      const rest = [...live.values()].filter(({ given }) => !given.signal.aborted);
      await Promise.race([
        Promise.all(rest.map(({ over }) => over.promise)),
        sleep(PATIENCE_MS, undefined, { ref: false }),
      ]);
    },
    close() {
      open = false;
      for (const at of live.values()) at.given.abort();
      for (const starter of starters) starter.close();
    },
  };

  function takes({ house }: HouseContext, { body, candidate, job }: PlannedClaim): boolean {
    if (!open || process.platform !== 'linux' || body.kind !== 'shell') return false;
    if (soleScript(job) === null || /[\n\0]/.test(house.paths.house)) return false;
    return !existsSync(triggerPath(house.paths, candidate.key));
  }

  /** From run to run, as long as there is one to go on with. */
  async function work(first: Under): Promise<void> {
    let at: Under | null = first;
    let count = 0;
    while (at !== null) {
      if (++count === 2) flow++;
      const { run, over }: Under = at;
      live.set(run.run, at);
      at = await goOn(at).catch((error: unknown) => giveUp(run, first.context, error));
      live.delete(run.run);
      over.resolve();
    }
    if (count > 1) flow--;
    if (open) wake();
  }

  /** Carry one out; then its end and the claim of the next, if there is one, in one commit. */
  async function goOn(at: Under): Promise<Under | null> {
    const { context, run, given } = at;
    const from = order;
    let next: Promise<PlannedClaim | null> = Promise.resolve(null);
    const carried = await carryOut(at, () => {
      if (from !== null) next = from.next().catch(() => null);
    });
    const plan = await next;
    if (carried === null || given.signal.aborted) return null;
    return transaction(context.db, () => {
      if (!recordEnd(context, run, carried.result, { retry: carried.retry })) return null;
      if (plan === null || !takes(context, plan) || !from?.holds(plan)) return null;
      const claimed = recordClaim(context, plan, from.concurrency, 'running');
      return claimed && under(context, claimed, plan);
    });
  }

  async function carryOut(at: Under, begun: () => void): Promise<Carried | null> {
    const { context, run, plan, given } = at;
    const job = jobForBody(context.house, run, plan.job);
    const supervision = { sleep, nudge: () => {} };
    let why: Intervention | null = null;
    let ended: Ended;
    let leader: ProcessIdentity | null = null;
    try {
      archivePreviousReport(context, run.task);
      const mark = lastPid();
      at.starter = idleStarter(context, job);
      const { starter } = at;
      const started = starter.start(scriptOf(context, job));
      leader = started.identity;
      begun();
      const brief = await within(BRIEF_MS, started.exited, given.signal);
      if (brief !== null) {
        if (leftBehind(started.identity, run.run, mark)) await end(started.identity, run);
        ended = { ...brief, stdout: starter.stdout, stderr: starter.stderr };
        if (saidAnything(ended)) ended = { ...ended, ...keepOutput(starter, job) };
      } else {
        if (given.signal.aborted) return null;
        const kept = keepOutput(starter, job);
        placeTrigger(context, run, plan.job);
        wake();
        const { timeout } = plan.job;
        const attended = await attend(context, run, timeout, started, supervision, given.signal);
        if (attended === null) return null;
        why = attended.why;
        ended = { ...attended.exit, ...kept };
      }
    } catch (error) {
      if (leader !== null) return carriedBadly(run, leader, error, supervision);
      return failed(`the ${run.body} body could not be started: ${(error as Error).message}`, true);
    }
    return conclude(context, run, plan.job, shellBody, ended, why, supervision);
  }

  function idleStarter({ environment, house }: HouseContext, job: Job): Starter {
    for (const starter of starters.splice(0)) {
      // What a run printed is read after its shell is gone.
      const needed = [...live.values()].some((at) => at.starter === starter);
      if (needed || starter.state !== 'gone') starters.push(starter);
      else starter.close();
    }
    const idle = starters.find((starter) => starter.state === 'idle');
    if (idle) return idle;
    const shared = Object.entries(bodyEnvironment(environment, job)).filter(
      ([name]) => !isOwn(name),
    );
    const me = self();
    const folder = join(starterFolders(house.paths), `${me.pid}-${me.start}-${++opened}`);
    const starter = openStarter(folder, Object.fromEntries(shared));
    starters.push(starter);
    return starter;
  }

  /** Whatever happened, the run gets an end, or its task would wait for ever. */
  async function giveUp(run: RunRecord, context: HouseContext, error: unknown): Promise<null> {
    onTrouble(error);
    const reason = `Robed could not carry it on: ${(error as Error).message}`;
    while (open) {
      try {
        recordEnd(context, run, emptyResult('lost', reason));
        return null;
      } catch (again) {
        onTrouble(again);
        await sleep(TROUBLE_MS);
      }
    }
    return null;
  }

  /** To a runner of its own, which finds all it needs in the run's record and folder. */
  async function give(at: Under, takeOver: LaunchRunner): Promise<void> {
    const { context, run, plan, given } = at;
    const { db, house, clock } = context;
    given.abort();
    const { starter } = at;
    if (starter === null) return;
    if (existsSync(starter.stdout)) starter.keep(runFolder(house.paths, run.run));
    placeTrigger(context, run, plan.job);
    setLeader(db, run.run, starter.identity);
    const holder = await takeOver(house, run.run);
    takeRun(db, run.run, {
      state: 'running',
      holder,
      startedAt: run.claimedAt,
      leaseUntil: clock.now() + LEASE_MS,
    });
  }
}

const under = (context: HouseContext, run: RunRecord, plan: PlannedClaim): Under => ({
  context,
  run,
  plan,
  given: new AbortController(),
  starter: null,
  over: Promise.withResolvers(),
});

function scriptOf({ environment, house }: HouseContext, job: Job): ScriptOptions {
  const own = Object.entries(bodyEnvironment(environment, job)).filter(([name]) => isOwn(name));
  return {
    name: job.run,
    script: soleScript(job) ?? '',
    cwd: house.paths.workspace,
    env: Object.fromEntries(own),
  };
}

const saidAnything = ({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): boolean =>
  statSync(stdout).size > 0 || statSync(stderr).size > 0;

/** The output as the run's own, where a person may look at it while it grows. */
function keepOutput(starter: Starter, { scratch }: Job): Pick<Ended, 'stdout' | 'stderr'> {
  starter.keep(scratch);
  return { stdout: join(scratch, 'stdout'), stderr: join(scratch, 'stderr') };
}

/** What differs from run to run. */
const isOwn = (name: string): boolean => name === 'HERMES_HOME' || name.startsWith('ROBED_');

const end = (leader: ProcessIdentity, { run }: RunRecord): Promise<unknown> =>
  endGroup(leader, { run, graceMs: GRACE_MS, sleep });

/** What `exited` says, or null where it takes longer or is given away. */
function within<T>(ms: number, exited: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve) => {
    const stop = () => resolve(null);
    const timer = setTimeout(stop, ms);
    signal.addEventListener('abort', stop, { once: true });
    void exited.then((exit) => {
      clearTimeout(timer);
      resolve(exit);
    });
  });
}
