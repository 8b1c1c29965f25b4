import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Job } from '../bodies/body.ts';
import { bodyEnvironment, ownEnvironment } from '../bodies/environment.ts';
import { shellBody, soleScript } from '../bodies/shell.ts';
import { runFolder, starterFolders, triggerPath } from '../houses/paths.ts';
import { type ProcessIdentity, self } from '../platform/identity.ts';
import { lastPid } from '../platform/new-processes.ts';
import { endGroup, leftBehind } from '../platform/process-group.ts';
import { openStarter, type ScriptOptions, type Starter } from '../platform/starter.ts';
import type { RunRecord } from '../records/run.ts';
import { setLeader, takeRun } from '../records/run-store.ts';
import { attend, carriedBadly, conclude, GRACE_MS } from './attend-run.ts';
import { placeTrigger } from './claim.ts';
import type { PlannedClaim } from './claim-plan.ts';
import type { HouseContext, Lane, LaunchRunner } from './context.ts';
import { jobForBody } from './job.ts';
import { type Carried, failed } from './judge-run.ts';
import { type LaneRun, openRows, type Planned } from './lane-rows.ts';
import { LEASE_MS } from './lease.ts';
import { archivePreviousReport } from './settle-run.ts';
import type { Intervention } from './watch-run.ts';

/** Work that is over within this leaves no trigger: nobody could have read it. */
const BRIEF_MS = 50;

/** How long a watcher that leaves waits for what it does itself. */
const PATIENCE_MS = 5000;

export interface OpenLane extends Lane {
  /** Whether runs follow one another just now. */
  flowing(): boolean;
  /** Give what runs to runners of its own, and take nothing more. */
  handOver(takeOver: LaunchRunner): Promise<void>;
  /** End what runs, where its records are no longer the house's, and take nothing more. */
  abandon(): Promise<void>;
  close(): void;
}

/**
 * The short way for shell tasks in a process that stays: the body is started by a shell that waits
 * for it, and runs follow one another in rows (lane-rows.ts). Triggers, reports and the queue's
 * statuses follow from the records as after a crash; `wake` is called when there are some. Whatever
 * can't go this way goes the long one.
 */
export function openLane(wake: () => void, onTrouble: (error: unknown) => void): OpenLane {
  const starters: Starter[] = [];
  /** By run: the one that carries it out. */
  const at = new Map<string, Starter>();
  const rows = openRows({ takes, carryOut, foresee, wake, onTrouble });
  let opened = 0;
  let open = true;

  return {
    takes,
    begin: rows.begin,
    fill: rows.fill,
    wrote: rows.wrote,
    flowing: rows.flowing,
    async handOver(takeOver) {
      stop();
      for (const one of rows.live.values()) {
        const starter = at.get(one.run.run);
        if (starter?.state === 'busy') await give(one, starter, takeOver);
      }
      // The others' scripts have ended; what is left to do for them is short, as a rule.
      const rest = [...rows.live.values()].filter(({ given }) => !given.signal.aborted);
      await Promise.race([
        Promise.all(rest.map(({ over }) => over.promise)),
        sleep(PATIENCE_MS, undefined, { ref: false }),
      ]);
    },
    async abandon() {
      stop();
      const ended = [...rows.live.values()].map(async ({ run, given }) => {
        given.abort();
        const starter = at.get(run.run);
        if (starter !== undefined) await end(starter.identity, run);
      });
      await Promise.all(ended);
    },
    close() {
      stop();
      for (const { given } of rows.live.values()) given.abort();
      for (const starter of starters) starter.close();
    },
  };

  function stop(): void {
    open = false;
    rows.close();
  }

  function takes({ house }: HouseContext, { body, candidate, job }: PlannedClaim): boolean {
    if (!open || process.platform !== 'linux' || body.kind !== 'shell') return false;
    const script = soleScript(job);
    if (script === null || script.includes('\0') || /[\n\0]/.test(house.paths.house)) return false;
    // The number of the shell, which others have before and after it: a name made of it would be taken.
    if (script.includes('$$')) return false;
    return !existsSync(triggerPath(house.paths, candidate.key));
  }

  async function carryOut(one: LaneRun, begun: () => void): Promise<Carried | null> {
    const { context, run, plan, given } = one;
    const supervision = { sleep, nudge: () => {} };
    let leader: ProcessIdentity | null = null;
    let why: Intervention | null = null;
    let ended: Ended;
    try {
      const job = jobForBody(context.house, run, plan.job);
      archivePreviousReport(context, run.task);
      const mark = lastPid();
      const starter = idleStarter(context, job);
      at.set(run.run, starter);
      const started = starter.start(scriptOf(context, job));
      leader = started.identity;
      begun();
      const brief = await within(BRIEF_MS, started.exited, given.signal);
      if (brief !== null) {
        // A shell that was killed can't tell what became of its script.
        if (brief.signal !== null || leftBehind(leader, run.run, mark)) {
          starter.spend();
          await end(leader, run);
        }
        ended = { ...brief, stdout: starter.stdout, stderr: starter.stderr };
        if (starter.saidAnything()) ended = { ...ended, ...keepOutput(starter, job) };
      } else {
        if (given.signal.aborted) return null;
        const kept = keepOutput(starter, job);
        placeTrigger(context, run, plan.job);
        wake();
        const { timeout } = plan.job;
        // Whatever comes of it, its session ends with it.
        starter.spend();
        const attended = await attend(context, run, timeout, started, supervision, given.signal);
        if (attended === null) return null;
        why = attended.why;
        ended = { ...attended.exit, ...kept };
      }
    } catch (error) {
      at.get(run.run)?.spend();
      at.delete(run.run);
      if (leader !== null) return carriedBadly(run, leader, error, supervision);
      return failed(`the ${run.body} body could not be started: ${(error as Error).message}`, true);
    }
    const carried = conclude(context, run, plan.job, shellBody, ended, why, supervision);
    return carried.finally(() => at.delete(run.run));
  }

  /** The shell forks for what comes next while the commit that claims it is under way. */
  function foresee({ context, run }: LaneRun, { plan, name }: Planned): void {
    const { task } = plan.candidate;
    const next = { task: task.key, run: name, attempt: task.attempts + 1 };
    at.get(run.run)?.arm(scriptOf(context, jobForBody(context.house, next, plan.job)));
  }

  function idleStarter({ environment, house }: HouseContext, job: Job): Starter {
    const needed = new Set(at.values());
    for (const starter of starters.splice(0)) {
      // What a run printed is read after its shell is gone.
      if (needed.has(starter) || starter.state !== 'gone') starters.push(starter);
      else starter.close();
    }
    const idle = starters.filter((starter) => starter.state === 'idle' && !needed.has(starter));
    const ready = idle.find(({ armed }) => armed === job.run) ?? idle[0];
    if (ready) return ready;
    const own = new Set(Object.keys(ownEnvironment(job)));
    const all = Object.entries(bodyEnvironment(environment, job));
    const me = self();
    const folder = join(starterFolders(house.paths), `${me.pid}-${me.start}-${++opened}`);
    const starter = openStarter(folder, Object.fromEntries(all.filter(([name]) => !own.has(name))));
    starters.push(starter);
    return starter;
  }

  /** To a runner of its own, which finds all it needs in the run's record and folder. */
  async function give(one: LaneRun, starter: Starter, takeOver: LaunchRunner): Promise<void> {
    const { context, run, plan, given } = one;
    const { db, house, clock } = context;
    given.abort();
    // It may end before the other one looks: its exit code is to be found then.
    starter.close();
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

const scriptOf = ({ house }: HouseContext, job: Job): ScriptOptions => ({
  name: job.run,
  script: soleScript(job) ?? '',
  cwd: house.paths.workspace,
  env: ownEnvironment(job),
});

/** The output as the run's own, where a person may look at it while it grows. */
function keepOutput(starter: Starter, { scratch }: Job): Pick<Ended, 'stdout' | 'stderr'> {
  starter.keep(scratch);
  return { stdout: join(scratch, 'stdout'), stderr: join(scratch, 'stderr') };
}

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
