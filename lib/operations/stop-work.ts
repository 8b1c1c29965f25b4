import { liveness } from '../platform/identity.ts';
import type { RunRecord } from '../records/run.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { reconcile } from './reconcile.ts';

/** How long after the signal a runner may still be seen alive, and how often that is looked at. */
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

/**
 * End the work under way without deciding anything about its tasks: each runner dies, and its run
 * is then lost, so that what its body started is ended and the task is PENDING again with no
 * attempt spent. Work of outsiders goes on. Returns the runs that were stopped.
 */
export async function stopWork(
  context: HouseContext,
  sleep: (ms: number) => Promise<unknown>,
): Promise<RunRecord[]> {
  const runs = supervisedRuns(context);
  for (const { holder } of runs) if (liveness(holder) === 'alive') kill(holder.pid);
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    if (runs.every(({ holder }) => liveness(holder) !== 'alive')) break;
    await sleep(LOOK_MS);
  }
  await reconcile(context, { claim: false });
  return runs;
}

/** Live runs that a process of ours answers for. */
export function supervisedRuns({ db }: HouseContext) {
  return readOpenRuns(db).filter(
    (run): run is RunRecord & { holder: NonNullable<RunRecord['holder']> } =>
      (run.state === 'claimed' || run.state === 'running') &&
      run.holder !== null &&
      !run.holder.shared &&
      run.holder.pid !== process.pid &&
      liveness(run.holder) === 'alive',
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}
