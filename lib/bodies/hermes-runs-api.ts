import { asObject, asText, type JsonObject } from '../core/untrusted.ts';
import { askHermes, type HermesApi } from '../houses/hermes-api.ts';
import { hermesProcess } from '../houses/hermes-process.ts';
import { lastLine, plainText } from './output.ts';

/** A run of a gateway, as `GET /v1/runs/{id}` tells it. */
export interface RemoteRun {
  /** `queued running waiting_for_approval stopping` go on; any other word is an end. */
  state: string;
  output: string;
  error: string;
  usage: JsonObject;
}

/** What asking for a run came to: the run; nobody knows it (any more); or no answer, and why. */
export type RunAnswer = { run: RemoteRun } | { gone: true } | { silent: string };

type Sleep = (ms: number) => Promise<unknown>;

const GOING_ON = new Set(['queued', 'running', 'waiting_for_approval', 'stopping']);

/** Milliseconds for one answer, and between two looks. */
export const PATIENCE = 10_000;
const LOOK = 200;

export const goesOn = (run: RemoteRun): boolean => GOING_ON.has(run.state);

export const runPath = (run: string): string => `/v1/runs/${encodeURIComponent(run)}`;

export async function askRun(api: HermesApi, run: string): Promise<RunAnswer> {
  const answer = await askHermes(api, runPath(run), { timeoutMs: PATIENCE });
  if ('error' in answer) return { silent: answer.error };
  const { status, data } = answer;
  if (status === 404) return { gone: true };
  if (status !== 200 || data === null) return { silent: `it answered ${status}` };
  return {
    run: {
      state: asText(data['status']),
      output: asText(data['output']),
      error: errorText(data),
      usage: asObject(data['usage']) ?? {},
    },
  };
}

/**
 * Stop a run and wait for its end, at most `patience` milliseconds. null once it is over, or nobody
 * is there that could carry it on; else, in one sentence, why that can't be said.
 */
export async function stopRun(
  api: HermesApi,
  run: string,
  { home, sleep, patience }: { home: string; sleep: Sleep; patience: number },
): Promise<string | null> {
  const asked = await askHermes(api, `${runPath(run)}/stop`, { body: {}, timeoutMs: PATIENCE });
  let told = 'error' in asked ? asked.error : 'it is still stopping';
  for (let waited = 0; waited <= patience; waited += LOOK) {
    const answer = await askRun(api, run);
    if ('gone' in answer) return null;
    if ('silent' in answer) {
      if (hermesProcess(home) === null) return null;
      told = answer.silent;
    } else if (!goesOn(answer.run)) return null;
    await sleep(LOOK);
  }
  return `the gateway's run ${run} may go on: ${told}`;
}

/** `{"error": {"message": …}}`, or a run's own `error`. */
export function errorText(data: JsonObject | null): string {
  const error = data?.['error'];
  return lastLine(plainText(asText(asObject(error)?.['message']) || asText(error)));
}
