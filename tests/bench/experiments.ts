import { measure as dispatchTick } from './rows/dispatch-tick.ts';
import { measure as editsAtOnce } from './rows/edits-at-once.ts';
import { measure as idleTick } from './rows/idle-tick.ts';
import { measure as idleWatcher } from './rows/idle-watcher.ts';
import { measure as inOrder } from './rows/in-order.ts';
import { measure as inProcess } from './rows/in-process.ts';
import { measure as saveToStart } from './rows/save-to-start.ts';
import { measure as scan } from './rows/scan.ts';
import type { Experiment } from './session.ts';

/** In the order of the table. */
export const EXPERIMENTS: readonly Experiment[] = [
  { name: 'idle-tick', measure: idleTick },
  { name: 'dispatch-tick', measure: dispatchTick },
  { name: 'in-order', measure: inOrder },
  { name: 'in-process', measure: inProcess },
  { name: 'save-to-start', measure: saveToStart },
  { name: 'scan', measure: scan },
  { name: 'edits-at-once', measure: editsAtOnce },
  { name: 'idle-watcher', measure: idleWatcher },
];
