import { transaction } from '../platform/sqlite.ts';
import { type Conflict, readOpenConflicts, settleConflict } from '../records/conflict-store.ts';
import { recordEvent } from '../records/event-store.ts';
import { refuseInsideRun } from './change-task.ts';
import type { HouseContext } from './context.ts';

/** Close the open conflicts, or those of one task: a person has seen them and lets things stand. */
export function settleConflicts(
  context: HouseContext,
  task: string | null,
  options: { dryRun: boolean },
): Conflict[] {
  refuseInsideRun(context.environment, 'settle');
  const { db, clock } = context;
  return transaction(db, () => {
    const open = readOpenConflicts(db).filter(
      (conflict) => task === null || conflict.task === task,
    );
    if (options.dryRun) return open;
    for (const conflict of open) {
      settleConflict(db, clock.now(), conflict.id);
      recordEvent(db, clock.now(), {
        type: 'queue.settled',
        task: conflict.task ?? undefined,
        data: { code: conflict.code },
      });
    }
    return open;
  });
}
