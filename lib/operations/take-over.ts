import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellBody } from '../bodies/shell.ts';
import { starterFolders } from '../houses/paths.ts';
import { liveness, type ProcessIdentity, self } from '../platform/identity.ts';
import type { Exit } from '../platform/process.ts';
import { transaction } from '../platform/sqlite.ts';
import { exitsPath } from '../platform/starter.ts';
import type { RunRecord } from '../records/run.ts';
import { readRun, takeRun } from '../records/run-store.ts';
import { attend, conclude } from './attend-run.ts';
import type { HouseContext } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { insist } from './insist.ts';
import { jobForBody, jobOf } from './job.ts';
import { LEASE_MS } from './lease.ts';
import { reconcile } from './reconcile.ts';
import type { Supervision } from './watch-run.ts';

/** How often it is looked whether the script has ended, which is not our child. */
const LOOK_MS = 50;

/** Its shell writes the exit code at once after it; so many looks later it will not come. */
const LOOKS_AFTER = 20;

/**
 * Answer for a run whose watcher leaves (see lane.ts) until it ends. False where it is not there
 * to be taken.
 */
export async function takeOver(
  context: HouseContext,
  name: string,
  supervision: Supervision,
): Promise<boolean> {
  const run = take(context, name);
  if (run === null || run.leader === null) return false;
  const job = jobOf(run);
  const { scratch } = jobForBody(context.house, run, job);
  const exited = watchExit(context, run, run.leader, supervision);
  const attended = await attend(
    context,
    run,
    job.timeout - (context.clock.now() - run.claimedAt),
    { identity: run.leader, exited },
    supervision,
  );
  if (attended === null) return false;
  const { exit, why } = attended;
  if (exit.exitCode === null && why === null) {
    const lost = emptyResult('lost', 'nobody saw how it ended');
    await insist(() => recordEnd(context, run, lost), supervision.sleep);
  } else {
    const ended = { ...exit, stdout: join(scratch, 'stdout'), stderr: join(scratch, 'stderr') };
    const carried = await conclude(context, run, job, shellBody, ended, why, supervision);
    const record = () => recordEnd(context, run, carried.result, { retry: carried.retry });
    await insist(record, supervision.sleep);
  }
  await reconcile(context, { claim: false });
  return true;
}

function take({ db, clock }: HouseContext, name: string): RunRecord | null {
  return transaction(db, () => {
    const run = readRun(db, name);
    if (run?.state !== 'running' || run.leader === null) return null;
    const now = clock.now();
    const change = {
      state: 'running',
      holder: self(),
      startedAt: now,
      leaseUntil: now + LEASE_MS,
    } as const;
    return takeRun(db, name, change) ? { ...run, holder: change.holder } : null;
  });
}

/** Resolves when the list of exit codes names the run, or nothing can write it there any more. */
async function watchExit(
  { house }: HouseContext,
  { run }: RunRecord,
  leader: ProcessIdentity,
  { sleep }: Supervision,
): Promise<Exit> {
  for (let left = LOOKS_AFTER; left > 0; ) {
    const exitCode = exitCodeOf(starterFolders(house.paths), run);
    if (exitCode !== null) return { exitCode, signal: null };
    if (liveness(leader) === 'dead') left--;
    await sleep(LOOK_MS);
  }
  return { exitCode: null, signal: 'SIGKILL' };
}

function exitCodeOf(folder: string, run: string): number | null {
  if (!existsSync(folder)) return null;
  for (const name of readdirSync(folder)) {
    const list = exitsPath(join(folder, name));
    const text = existsSync(list) ? readFileSync(list, 'utf8') : '';
    // The last one has no code yet, or is nothing.
    const lines = text.split('\n').slice(0, -1);
    const line = lines.find((one) => one.startsWith(`${run} `));
    if (line !== undefined) return Number(line.slice(run.length + 1));
  }
  return null;
}
