import { nextOccurrence, parseRecurrence } from '../recurrence.ts';

/** `home/heartbeat.json`: a wizard's sign of life. Times are ISO 8601 in UTC. */
export interface Heartbeat {
  version: 1;
  /** The wizard. */
  agent: string;
  /** Rises by one with each beat, and never falls. */
  cycle: number;
  time: string;
  /** `working`: something runs. `ready`: something could. `waiting`: a person has to act first. */
  state: 'working' | 'ready' | 'waiting' | 'idle';
  /** The newest event that is anything's doing; null where none is known. */
  lastAction: { type: string; task: string | null; time: string } | null;
  /** How the latest run came out. */
  lastResult: {
    task: string;
    run: string;
    outcome: string;
    reason: string | null;
    time: string;
  } | null;
  workInProgress: {
    task: string;
    title: string;
    run: string;
    attempt: number;
    body: string;
    since: string;
  }[];
  /** What would be dispatched next. */
  nextTarget: { task: string; title: string } | null;
  /** How many things wait for a person. */
  needsYou: number;
  /** When a task was last brought to its end: a house that beats and gets nowhere shows here. */
  lastProgress: string | null;
  /** Seconds since a schedule last fired dispatch; null where none ever did. */
  tickAge: number | null;
}

/** A beat every 15 minutes, and five for a slow machine: over that, the founding documents say dead. */
const USUAL_MS = 20 * 60_000;
const SLACK_MS = 5 * 60_000;

/** Milliseconds since it was made; less than none where it is from the future. */
export function heartbeatAge(heartbeat: Heartbeat, now: number): number {
  return now - Date.parse(heartbeat.time);
}

/** Is its maker gone? One from the future is no proof of life: a forged one would hold for ever. */
export function isDead(heartbeat: Heartbeat, now: number, limit = USUAL_MS): boolean {
  return Math.abs(heartbeatAge(heartbeat, now)) > limit;
}

/**
 * How old a beat may be by the house's `schedule.heartbeat`: up to the one that is due next, and
 * five minutes. Milliseconds; null where it never beats by itself.
 */
export function heartbeatLimit(line: string | false, from: number): number | null {
  const recurrence = line === false ? null : parseRecurrence(line);
  const first = recurrence && nextOccurrence(recurrence, from, from);
  const second = first && nextOccurrence(recurrence, first, first);
  return first && second ? second - first + SLACK_MS : null;
}
