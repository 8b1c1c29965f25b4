import { existsSync } from 'node:fs';
import { readOpenConflicts } from '../../records/conflict-store.ts';
import { readOpenRuns } from '../../records/run-store.ts';
import { judgeRun } from '../plan-runs.ts';
import { seeRun } from '../see-runs.ts';
import type { HouseCheck } from './patient.ts';
import { count } from './words.ts';

/** Conflicts shown one by one; `robed status` has them all. */
const MOST = 5;

/** Expired, and nobody can prove the runner dead: never killed, and never dispatched again. */
export const suspects: HouseCheck = {
  of: 'house',
  name: 'suspects',
  levels: ['warn'],
  finds: 'a run whose lease is over and whose runner can’t be proved dead',
  fine: 'every run is accounted for',
  look({ context, name, paths }) {
    if (context === null || !existsSync(paths.work)) return [];
    return readOpenRuns(context.db)
      .filter(({ state }) => state === 'claimed' || state === 'running')
      .flatMap((run) => {
        const verdict = judgeRun(seeRun(context, run), context.clock.now());
        if (verdict.type !== 'suspect') return [];
        const pid = run.holder === null ? '' : `, process ${run.holder.pid}`;
        return [
          {
            level: 'warn',
            message: `${run.task} (run ${run.run}${pid}) is stale: ${verdict.reason}, so it blocks its task, and nobody may run that twice`,
            fix: `robed cancel ${run.task} --wizard ${name}   (then robed retry ${run.task})`,
          },
        ];
      });
  },
};

export const conflicts: HouseCheck = {
  of: 'house',
  name: 'conflicts',
  levels: ['warn'],
  finds: 'conflicts between a person’s save and Robed’s record that nobody has settled',
  fine: 'no conflict waits to be settled',
  look({ db, name }) {
    const open = db === null ? [] : readOpenConflicts(db);
    const told = open.slice(0, MOST).map(({ task, message }) => ({
      level: 'warn' as const,
      message,
      fix: `robed settle ${task === null ? '' : `${task} `}--wizard ${name}   (accepts it as it was resolved)`,
    }));
    if (open.length <= MOST) return told;
    return [
      ...told,
      {
        level: 'warn',
        message: `${count(open.length - MOST, 'more conflict')} to settle`,
        fix: `robed status --wizard ${name}`,
      },
    ];
  },
};
