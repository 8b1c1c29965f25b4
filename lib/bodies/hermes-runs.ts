import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asText, parseObject } from '../core/untrusted.ts';
import { hermesApi } from '../houses/hermes-api.ts';
import type { Job, Start } from './body.ts';
import { stopRun } from './hermes-runs-api.ts';
import { readOutput } from './output.ts';
import { agentPrompt } from './prompt.ts';
import { writeScratch } from './scratch.ts';

/** What the body leaves for its child process, `robed body-hermes`. */
export interface HermesRunJob {
  /** Absolute path of HERMES_HOME, where the API's key is. */
  home: string;
  /** house.yaml's; absent: config.yaml says. */
  port?: number;
  input: string;
  instructions: string;
  /** The name of its session in Hermes. */
  session: string;
  /** Whether what it asks for is allowed, or ends the run. */
  yolo: boolean;
  /** Absolute paths: where the run's name goes once it has begun, and what came of it. */
  started: string;
  result: string;
}

/** How long a run that nobody waits for any more may take to end. */
const ABANDON_MS = 10_000;

/** Start the child process that carries one run through the gateway. */
export function startHermesRun(
  job: Job,
  { yolo, port, self }: { yolo: boolean; port?: number; self: readonly [string, ...string[]] },
): Start {
  const [program, ...rest] = self;
  const request: HermesRunJob = {
    home: job.home,
    ...(port === undefined ? {} : { port }),
    input: agentPrompt(job),
    instructions: instructionsFor(job),
    session: `robed-${job.run}`,
    yolo,
    started: startedFile(job),
    result: hermesRunResult(job),
  };
  const file = writeScratch(job, 'hermes-job.json', JSON.stringify(request));
  return { argv: [program, ...rest, 'body-hermes', file], env: {} };
}

/** Its API knows no working directory; `terminal.cwd` of config.yaml is where its tools start. */
const instructionsFor = ({ workspace, run }: Job): string =>
  `This is run ${run} of a work queue. Work in ${workspace}: where your tools start elsewhere, go ` +
  'there first, and name files by absolute paths. What the task does not give is not there to ask for.';

/**
 * A run goes on inside the gateway when its child process was killed: end it. null where nothing
 * goes on, else what may, in one sentence.
 */
export async function abandonHermesRun(job: Job, port?: number): Promise<string | null> {
  const run = asText(parseObject(readOutput(startedFile(job)))?.['run']);
  const result = parseObject(readOutput(hermesRunResult(job)));
  if (run === '' || result?.['over'] === true) return null;
  const api = await hermesApi(job.home, port);
  if (api === null) return null;
  return stopRun(api, run, { home: job.home, sleep, patience: ABANDON_MS });
}

const startedFile = (job: Job): string => join(job.scratch, 'hermes-run.json');

export const hermesRunResult = (job: Job): string => join(job.scratch, 'hermes-result.json');
