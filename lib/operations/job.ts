import { statSync } from 'node:fs';
import type { BodyKind, Job } from '../bodies/body.ts';
import { readFrontMatter } from '../core/front-matter.ts';
import type { House } from '../houses/household.ts';
import { reportPath, runFolder, triggerPath } from '../houses/paths.ts';
import { containedPath } from '../platform/contained-path.ts';
import type { CodeBlock } from '../queue/brief.ts';
import type { Budget } from '../queue/field-values.ts';
import type { TaskFields } from '../queue/fields.ts';
import { renderTrigger } from '../queue/trigger.ts';
import type { RunRecord } from '../records/run.ts';

/**
 * All that a runner needs of a task, fixed at the claim: what a person changes in the queue later
 * is for the next run. Kept as JSON in the run's record.
 */
export interface RunJob {
  title: string;
  text: string;
  blocks: CodeBlock[];
  fields: Record<string, string>;
  verify: string[];
  produces: PromisedFile[];
  /** Milliseconds. */
  timeout: number;
  budget: Budget;
  /** Attempts that the task has in all. */
  limit: number;
  /** Milliseconds after a first failure. */
  backoff: number;
  /** The result waits for approval. */
  approval: boolean;
  every: string | null;
}

/** A file that a task promises, and what stood in its place at the claim. */
interface PromisedFile {
  path: string;
  before: string | null;
}

/** What a job in the queue's words becomes, with the house's defaults filled in. */
export function describeJob(
  house: House,
  brief: {
    title: string;
    text: string;
    blocks: CodeBlock[];
    verify: string[];
    extra: Record<string, string>;
  },
  fields: TaskFields,
  defaults: { timeout?: number; attempts?: number },
): RunJob | { blocked: string } {
  // Text that came from elsewhere never becomes a command, and never decides who carries it out.
  const foreign = fields.from !== null;
  const produces: PromisedFile[] = [];
  for (const path of fields.produces) {
    const contained = containedPath(house.paths.workspace, path);
    if (!contained.ok)
      return { blocked: `it promises ${JSON.stringify(path)}: ${contained.reason}` };
    produces.push({ path, before: stampOf(contained.path) });
  }
  return {
    title: brief.title,
    text: brief.text,
    blocks: foreign ? [] : brief.blocks,
    fields: {
      ...brief.extra,
      ...(fields.body !== null && !foreign ? { body: fields.body } : {}),
      ...(fields.from !== null ? { from: fields.from } : {}),
    },
    verify: foreign ? [] : brief.verify,
    produces,
    timeout: fields.timeout ?? defaults.timeout ?? house.settings.timeout,
    budget: fields.budget ?? {},
    limit: fields.attempts ?? defaults.attempts ?? house.settings.attempts,
    backoff: house.settings.backoff,
    approval: fields.approval === 'after',
    every: fields.every,
  };
}

/** What a body is told: the job, and where everything is. */
export function jobForBody(
  house: House,
  run: Pick<RunRecord, 'task' | 'run' | 'attempt'>,
  job: RunJob,
): Job {
  const { paths } = house;
  return {
    task: run.task,
    title: job.title,
    run: run.run,
    attempt: run.attempt,
    text: job.text,
    blocks: job.blocks,
    fields: job.fields,
    verify: job.verify,
    produces: job.produces,
    workspace: paths.workspace,
    home: paths.home,
    trigger: triggerPath(paths, run.task),
    report: reportPath(paths, run.task),
    scratch: runFolder(paths, run.run),
    timeout: job.timeout,
    budget: job.budget,
  };
}

/** The whole trigger of a run: the contract, then the task as the person wrote it. */
export function triggerText(house: House, run: RunRecord, job: RunJob): string {
  const { paths } = house;
  return renderTrigger(
    {
      task: run.task,
      title: job.title,
      run: run.run,
      fence: run.fence,
      attempt: run.attempt,
      attempts: job.limit,
      body: run.body,
      runner: run.body === 'external' ? null : run.holder,
      claimed: run.claimedAt,
      lease: run.leaseUntil,
      timeout: job.timeout,
      workspace: paths.workspace,
      report: reportPath(paths, run.task),
      verify: job.verify,
      produces: job.produces.map((promised) => promised.path),
      fields: job.fields,
    },
    job.text,
  );
}

export const jobOf = (run: RunRecord): RunJob => JSON.parse(run.job) as RunJob;

/** What a trigger still tells of its run's job, where the record of it is gone. */
export function jobFromTrigger(house: House, text: string): RunJob {
  const { data, body } = readFrontMatter(text);
  const strings = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return {
    title: String(data['title'] ?? ''),
    text: body,
    blocks: [],
    fields: {},
    verify: strings(data['verify']),
    produces: strings(data['produces'])
      .filter((path) => containedPath(house.paths.workspace, path).ok)
      .map((path) => ({ path, before: null })),
    timeout: house.settings.timeout,
    budget: {},
    limit: house.settings.attempts,
    backoff: house.settings.backoff,
    approval: false,
    every: null,
  };
}

/** Tells whether a file is new or changed; null where there is none. */
export function stampOf(path: string): string | null {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? null : `${found.ino}:${found.size}:${found.mtimeNs}`;
  } catch {
    // Such as a link to itself: nothing that could be read.
    return null;
  }
}

export interface ChosenBody {
  kind: BodyKind;
  agent: boolean;
  why: string;
}
