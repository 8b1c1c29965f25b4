import type { CodeBlock } from '../queue/brief.ts';
import type { Budget } from '../queue/field-values.ts';

/**
 * Who does the work. Every body but `external` is a process that the runner supervises: the body
 * says what to start and, once it ended, what came of it. Nothing else is its business: claims,
 * leases, time-outs, verification and the report are the runner's.
 */
export const BODY_KINDS = ['shell', 'command', 'model', 'hermes', 'openclaw', 'external'] as const;

export type BodyKind = (typeof BODY_KINDS)[number];

/** What a body is told of a task. All of it is untrusted text, but `blocks` of an owner's queue. */
export interface Job {
  task: string;
  title: string;
  run: string;
  /** 1-based. */
  attempt: number;
  /** The task's block as the person wrote it. */
  text: string;
  /** Fenced blocks; empty where the task's text came from elsewhere (`From:`). */
  blocks: CodeBlock[];
  /** Labelled values by normalised label. */
  fields: Record<string, string>;
  /** Commands that must pass afterwards; empty where the task's text came from elsewhere. */
  verify: readonly string[];
  /** Files that must exist afterwards and be new, relative to the workspace. */
  produces: readonly { path: string }[];
  /** Absolute path; the body's working directory. */
  workspace: string;
  /** Absolute path of HERMES_HOME. */
  home: string;
  /** Absolute path of the trigger, which a body may read as its whole instruction. */
  trigger: string;
  /** Absolute path where an agent may leave its report. */
  report: string;
  /** Absolute path of a folder, private to this run, for prompt and usage files. */
  scratch: string;
  /** Milliseconds; the runner enforces it, a body may pass it on. */
  timeout: number;
  budget: Budget;
}

/** What a run used, as far as the body can tell. Names follow OpenTelemetry's GenAI conventions where they can. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  /** US dollars. */
  cost?: number;
  turns?: number;
  model?: string;
  session?: string;
}

/** What the runner starts: no shell in between, in the workspace, in a process group of its own. */
export interface Start {
  argv: [string, ...string[]];
  /** Added to a scrubbed environment (see `bodyEnvironment`). Secrets may stand here, never in argv. */
  env: Record<string, string>;
  /** Absolute path of a file that becomes standard input; absent means an empty one. */
  stdin?: string;
}

/** What of a job says whether a body can do it. */
export type JobNeeds = Pick<Job, 'blocks' | 'fields' | 'text' | 'produces'>;

/** How the process ended. */
export interface Ended {
  /** null where a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Absolute paths of what it wrote. */
  stdout: string;
  stderr: string;
}

export type Outcome =
  | { ok: true; text: string; usage: Usage }
  | {
      ok: false;
      /** One sentence, shown first in the report. */
      reason: string;
      /** Whatever it said, for the report. */
      text: string;
      usage: Usage;
      /** False where trying again can't help (refused by policy, missing program). */
      retry: boolean;
    };

export type Offer = { can: true; why: string } | { can: false; why: string };

export interface Body {
  readonly kind: BodyKind;
  /** An agent acts on its own judgement: it may edit files, the queue too. */
  readonly agent: boolean;
  /** Can it do this job, and why (not). Looks at the machine at most by a cached probe. */
  offer(job: JobNeeds): Offer | Promise<Offer>;
  /** Writes what the process needs into `job.scratch`, and says how to start it. */
  start(job: Job): Start | Promise<Start>;
  /** Reads what the process left. Exit code 0 with no text is not success. */
  outcome(job: Job, ended: Ended): Outcome | Promise<Outcome>;
  /**
   * End what of a job goes on outside of its process once that has ended, or was killed. null where
   * nothing does, else in one sentence what may. May be called again, from any process.
   */
  abandon?(job: Job): Promise<string | null>;
}
