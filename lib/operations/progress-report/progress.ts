/** What became of one house in [since, until). Times and durations are milliseconds. Text is untrusted. */
export interface Progress {
  wizard: string;
  role: string;
  since: number;
  until: number;
  done: DoneTask[];
  failed: FailedTask[];
  running: RunningTask[];
  /** What waits for a person, with what to type. */
  waiting: WaitingTask[];
  blocked: BlockedTask[];
  /** What else went wrong in this time: services, gateways, the machine. */
  troubles: Trouble[];
  /** Why nothing at all is dispatched; null where nothing holds the queue back. */
  held: string | null;
  figures: Figures;
  /** The same of the last 24 hours, where the report's own time is much shorter. */
  day: Figures | null;
  targets: Target[];
  /** What is dispatched next. */
  next: { task: string; title: string } | null;
  /** The first task that only has to wait for its time. */
  later: { task: string; title: string; at: number } | null;
  /** The houses that this one is father of. */
  children: Child[];
}

export interface DoneTask {
  task: string;
  title: string;
  /** The run that did it; null where a person did, or where it is not known. */
  run: string | null;
  body: string | null;
  attempt: number | null;
  duration: number | null;
  /** `a person`, or who approved the result. */
  by: string | null;
  text: string;
  artifacts: { path: string; bytes: number }[];
  at: number;
}

export interface FailedTask {
  task: string;
  title: string;
  run: string | null;
  attempt: number | null;
  duration: number | null;
  reason: string;
  /** No attempt is left. */
  final: boolean;
  /** The last lines of what it said, and of the check that failed. */
  text: string;
  at: number;
}

export interface RunningTask {
  task: string;
  title: string;
  /** null, and the next two, where a person took it on by hand. */
  run: string | null;
  attempt: number | null;
  since: number | null;
  body: string;
}

export interface WaitingTask {
  code: string;
  task: string | null;
  title: string;
  message: string;
  /** Command lines, best first. */
  commands: string[];
  /** What its latest run said, where that is what is to be judged. */
  text: string;
}

export interface BlockedTask {
  task: string;
  title: string;
  status: string;
  on: string[];
}

export interface Trouble {
  /** The event's type. */
  type: string;
  /** What it is about; empty where the message says it all. */
  subject: string;
  message: string;
  times: number;
  /** The last time. */
  at: number;
}

export interface Figures {
  done: number;
  /** Tasks that came to their end without success. */
  failed: number;
  /** Runs that ended by themselves, as against those lost or stopped. */
  runs: number;
  /** 0 to 1, of `runs`; null where there was none. */
  success: number | null;
  median: number | null;
  longest: { task: string; duration: number } | null;
  /** Runs that were a second attempt, or a later one. */
  retries: number;
  lost: number;
  stopped: number;
  /** As the bodies told; null where none told anything. */
  tokens: number | null;
  /** US dollars. */
  cost: number | null;
}

/** One of the pattern's own metrics, over the last seven days or so long as it is known. */
export interface Target {
  name: 'port conflicts' | 'shared memory' | 'uptime' | 'completion' | 'interventions';
  /** A count, a share of 1, or a number a day; null: insufficient data. */
  value: number | null;
  unit: 'count' | 'share' | 'a day';
  /** As the founding documents set it: `>95 %`. */
  target: string;
  met: boolean | null;
  /** Out of how many, or what is wrong. */
  note: string;
  /** Of uptime: the share of the time in which self-monitor looked. */
  seen?: number;
}

export interface Child {
  wizard: string;
  /** Why it could not be looked at; the rest is then null. */
  trouble: string | null;
  figures: Figures | null;
  running: number;
  waiting: WaitingTask[];
  /** Milliseconds since its last heartbeat; null where it has none. */
  heartbeatAge: number | null;
  dead: boolean;
}
