import type { Status } from '../core/status.ts';
import type { Base } from '../queue/base.ts';
import { changesBetween } from '../queue/keys.ts';
import type { Changes, FileState } from '../queue/version.ts';
import { transition } from '../records/lifecycle.ts';
import { newTaskRecord, type TaskRecord } from '../records/task.ts';
import { findRenames } from './find-renames.ts';
import type { SaveInput, SavePlan } from './save.ts';

/** Read a save against its base (docs/saves.md): what differs from that version is what the person meant. */
export function planSave(input: SaveInput): SavePlan {
  const { save, tasks, now } = input;
  const head = statesOf(tasks);
  const plan: SavePlan = {
    tasks: [],
    renames: findRenames(save, head, tasks, input.running),
    events: [],
    conflicts: [],
    stops: new Map(),
    reinsert: [],
    changes: changesBetween(head, save.states),
    stale: false,
  };
  const renamedTo = new Map([...plan.renames].map(([from, to]) => [to, from]));
  const base = needsBase(plan.changes, plan.renames) ? input.findBase(save.states, head) : null;
  const taken = base === null || isHarmless(plan.changes, base, input);
  const baseStates = taken ? head : base.states;
  const older = !taken && base.seq !== null && input.head !== null && base.seq < input.head;
  const putBack: string[] = [];

  for (const [key, state] of save.states) {
    const known = tasks.get(renamedTo.get(key) ?? key);
    if (known === undefined) {
      addTask(plan, input, key, state);
      continue;
    }
    if (isUntouched(known, key, state, save.titles.get(key))) continue;
    const task = seenAgain({ ...known, key }, state, input);
    const before = baseStates.get(renamedTo.get(key) ?? key);
    if (save.duplicates.has(key)) {
      keep(plan, known, task);
      continue;
    }
    const status = state.status as Status;
    const typed = isTyped(status, before, known);
    if (!typed || status === known.status) {
      if (
        older &&
        before &&
        status !== known.status &&
        before.status !== head.get(known.key)?.status
      ) {
        putBack.push(key);
      }
      keep(plan, known, task);
      continue;
    }
    obey(plan, input, { known, task, status, base, older, before });
  }

  plan.stale = putBack.length > 0;
  for (const [key] of head) {
    if (save.states.has(key) || plan.renames.has(key)) continue;
    const known = tasks.get(key) as TaskRecord;
    // Absent and not missing is what `reinsert` looks for.
    const dropped = plan.stale && older && !baseStates.has(key);
    if (dropped) plan.reinsert.push(key);
    const missingSince = dropped ? null : (known.missingSince ?? now);
    plan.tasks.push({ ...known, fileStatus: null, missingSince });
  }
  if (plan.stale) tellStale(plan, base?.seq ?? null, putBack);
  return plan;
}

/** Is the entry as the records have it, and the record as the last version left it? Then nothing is said of it. */
function isUntouched(
  known: TaskRecord,
  key: string,
  state: FileState,
  title: string | undefined,
): boolean {
  return (
    known.key === key &&
    known.title === title &&
    known.status === state.status &&
    known.fileStatus === state.status &&
    known.missingSince === null &&
    known.deletedAt === null &&
    known.archivedAt === null &&
    known.textHash === state.text
  );
}

/** Did a person mean this status, as far as the version tells that the save was made from? */
function isTyped(status: Status, before: FileState | undefined, known: TaskRecord): boolean {
  if (before === undefined) {
    // The id of an archived task on new words: a question for the person.
    return (known.archivedAt ?? known.deletedAt ?? known.missingSince) !== null;
  }
  const said = before.status.split('+');
  // Of an id that stood twice, the entry that is left speaks for a task that never ran.
  if (said.length > 1 && known.lastRun === null) return true;
  return !said.includes(status);
}

/** What the last known version of the queue says, from the records. */
function statesOf(tasks: ReadonlyMap<string, TaskRecord>): Map<string, FileState> {
  const states = new Map<string, FileState>();
  for (const [key, task] of tasks) {
    if (task.fileStatus !== null) states.set(key, { status: task.fileStatus, text: task.textHash });
  }
  return states;
}

/** Only a changed status or a missing entry can come from an old copy and do harm. */
function needsBase(changes: Changes, renames: ReadonlyMap<string, string>): boolean {
  return Object.entries(changes).some(
    ([key, change]) => change.status && change.status[0] !== null && !renames.has(key),
  );
}

/** Set back to PENDING, these run again; the others are set aside by a word. */
const REOPENED: ReadonlySet<Status> = new Set(['FAILED', 'BLOCKED', 'CANCELLED', 'DEFERRED']);
const SET_ASIDE: ReadonlySet<string> = new Set(['BLOCKED', 'CANCELLED', 'DEFERRED']);

/**
 * Is all that the save could have from an older version such that it may be taken at its word? Who
 * types PENDING over FAILED makes the very bytes that there were before it failed; nothing finished
 * is run by it. An entry or words that went back are a sign of an old copy.
 */
function isHarmless(changes: Changes, base: Base, { tasks, save, running }: SaveInput): boolean {
  return Object.entries(changes).every(([key, { status, text }]) => {
    if (status?.[0] === null) return true;
    if (status?.[1] === null || save.duplicates.has(key) || running.has(key)) return false;
    const before = base.states.get(key);
    if (text && text[1] === before?.text) return false;
    if (!status) return true;
    const known = tasks.get(key)?.status;
    if (known === undefined || known === 'COMPLETE') return false;
    if (status[1] !== before?.status) return true;
    return status[1] === 'PENDING' ? REOPENED.has(known) : SET_ASIDE.has(status[1] ?? '');
  });
}

function addTask(plan: SavePlan, input: SaveInput, key: string, state: FileState): void {
  const { save, now } = input;
  const told = input.rebuilt.get(key);
  const status = firstStatus(input, key, state);
  const byHand = status === 'IN_PROGRESS' && !input.running.has(key);
  const task: TaskRecord = {
    ...newTaskRecord(key, save.titles.get(key) ?? '', state.text, status, now),
    fileStatus: state.status,
    byHand,
    review: status === 'REVIEW' ? (told?.status === 'REVIEW' ? 'after' : 'before') : null,
    held: input.agentAtWork && save.commanding.has(key),
    finishedAt: status === 'COMPLETE' || status === 'CANCELLED' ? now : null,
    reason: byHand ? 'somebody works on it by hand' : null,
    attempts: status === 'COMPLETE' ? 0 : (told?.attempt ?? 0),
    lastRun: told?.run ?? null,
  };
  plan.tasks.push(task);
  plan.events.push({ type: 'task.created', task: key, data: { title: task.title, status } });
  if (status === 'COMPLETE' && state.status === 'PENDING') {
    plan.conflicts.push({
      code: 'finished-work',
      task: key,
      message: `${key} is PENDING in the queue, and its report says COMPLETE: the finished work stands. \`robed retry ${key}\` runs it again`,
    });
  }
}

/** An id that stands twice is recorded by its first entry; a run or report may know better than the file. */
function firstStatus(input: SaveInput, key: string, state: FileState): Status {
  const said = state.status.split('+')[0] as Status;
  if (input.running.has(key)) return 'IN_PROGRESS';
  const told = input.rebuilt.get(key)?.status;
  const finished = said === 'PENDING' && told === 'COMPLETE';
  return finished || (said === 'IN_PROGRESS' && told != null) ? told : said;
}

/** The record with what the new version says of the entry, and nothing decided yet. */
function seenAgain(task: TaskRecord, state: FileState, input: SaveInput): TaskRecord {
  const edited = state.text !== task.textHash;
  return {
    ...task,
    title: input.save.titles.get(task.key) ?? task.title,
    textHash: state.text,
    fileStatus: state.status,
    missingSince: null,
    deletedAt: null,
    archivedAt: null,
    // When it is due first is read from its words anew.
    dueAt: edited && task.lastRun === null ? null : task.dueAt,
    held: task.held || (edited && input.agentAtWork && input.save.commanding.has(task.key)),
  };
}

interface Command {
  known: TaskRecord;
  task: TaskRecord;
  status: Status;
  base: Base | null;
  older: boolean;
  before: FileState | undefined;
}

/** Carry out a status that a person typed, where the bytes can tell that a person did. */
function obey(plan: SavePlan, input: SaveInput, command: Command): void {
  const { known, task, status, base, older, before } = command;
  const running = input.running.has(known.key);
  const machineMovedOn = older && before !== undefined && before.status !== known.status;
  const archived = known.archivedAt !== null;
  const redo = known.status === 'COMPLETE';
  const unsure =
    redo && (machineMovedOn || before === undefined || base?.couldBeOld(task.key, status));
  if (archived || unsure) {
    const message = archived
      ? `${task.key} is ${known.status} and archived, and its id stands in the queue again as ${status}: it is not run. \`robed retry ${task.key}\` runs what stands there now`
      : `${task.key} is COMPLETE, and the save says ${status} as an older version of the queue did: the finished work stands. \`robed retry ${task.key}\` runs it again`;
    plan.conflicts.push({ code: 'finished-work', task: task.key, message });
    keep(plan, known, task);
    return;
  }
  const moved = transition(task, { type: 'typed', status }, { now: input.now, running });
  if ('illegal' in moved) {
    plan.conflicts.push({
      code: 'running',
      task: task.key,
      message: `${moved.illegal}: put back. \`robed cancel ${task.key}\` stops the run`,
    });
    keep(plan, known, task);
    return;
  }
  plan.tasks.push(moved.task);
  plan.events.push(...moved.events);
  if (moved.stopRun) plan.stops.set(known.key, moved.task.status);
}

function keep(plan: SavePlan, known: TaskRecord, task: TaskRecord): void {
  const same = (Object.keys(task) as (keyof TaskRecord)[]).every(
    (name) => task[name] === known[name],
  );
  if (!same) plan.tasks.push(task);
}

function tellStale(plan: SavePlan, base: number | null, putBack: string[]): void {
  const back = [...putBack, ...plan.reinsert];
  const were = back.length === 1 ? 'was' : 'were';
  plan.conflicts.push({
    code: 'stale-save',
    task: null,
    message: `an old copy of the queue (version ${base ?? '?'}) was saved over a newer one; ${list(back)} ${were} put back as they stood. \`robed history\` has the save; \`robed settle\` when you have seen this`,
    data: { base, tasks: putBack, reinserted: plan.reinsert },
  });
}

function list(keys: string[]): string {
  const shown = keys.slice(0, 5).join(', ');
  return keys.length > 5 ? `${shown} and ${keys.length - 5} more` : shown;
}
