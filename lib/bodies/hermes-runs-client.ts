import { readFileSync, writeFileSync } from 'node:fs';
import { EXIT, type ExitCode, UserError } from '../core/errors.ts';
import { asText, type JsonObject, parseObject } from '../core/untrusted.ts';
import { askHermes, type HermesApi, hermesApi } from '../houses/hermes-api.ts';
import { hermesProcess } from '../houses/hermes-process.ts';
import { readEvents } from '../platform/event-stream.ts';
import type { HermesRunJob } from './hermes-runs.ts';
import {
  askRun,
  errorText,
  goesOn,
  PATIENCE,
  type RemoteRun,
  runPath,
  stopRun,
} from './hermes-runs-api.ts';
import { readHermesSession } from './hermes-session.ts';
import { lastLine, plainText } from './output.ts';

interface World {
  sleep: (ms: number) => Promise<unknown>;
  /** Calls `stop` at the first signal that asks this process to end. */
  onStop: (stop: () => void) => void;
  write: (text: string) => void;
  log: (text: string) => void;
}

/** What came of a run; written for the body, beside the text on standard output. */
interface Ended {
  problem?: string;
  retry?: boolean;
  usage?: JsonObject;
  /** Nothing goes on in the gateway. */
  over: boolean;
}

/** Milliseconds: without a byte of the stream (it sends comments), between looks, of a lost gateway. */
const IDLE = 90_000;
const LOOK = 500;
const LOST = 30_000;

/** The runner's patience with a body that was asked to end is 5 s. */
const STOP_MS = 4000;

/**
 * The hidden command `robed body-hermes FILE`: a process of its own, so that a run inside the gateway
 * is stopped and timed like every other body. The answer goes to standard output, the rest to the
 * job's result file.
 */
export async function runHermesClient(args: readonly string[], world: World): Promise<ExitCode> {
  const [file] = args;
  if (file === undefined)
    throw new UserError('expected the path of a hermes job', { exitCode: EXIT.usage });
  const job = JSON.parse(readFileSync(file, 'utf8')) as HermesRunJob;
  const stop = Promise.withResolvers<string>();
  world.onStop(() => stop.resolve('it was told to stop'));
  const ended = await carry(job, stop, world);
  writePrivate(job.result, ended);
  if (ended.problem === undefined) return EXIT.ok;
  world.log(`${ended.problem}\n`);
  return EXIT.failure;
}

async function carry(
  job: HermesRunJob,
  stop: PromiseWithResolvers<string>,
  world: World,
): Promise<Ended> {
  const api = await hermesApi(job.home, job.port);
  if (api === null) return { problem: 'the gateway has no API', retry: true, over: true };
  const begun = await begin(api, job);
  if (!('run' in begun)) return begun;
  const { run } = begun;
  // Whoever finds this process killed ends the run by that name.
  writePrivate(job.started, { run });
  const follow = () => followRun(api, job, run, stop.resolve, world);
  const first = await Promise.race([stop.promise, follow()]);
  if (typeof first !== 'string') return first;
  const left = await stopRun(api, run, { home: job.home, sleep: world.sleep, patience: STOP_MS });
  return { problem: left ?? first, retry: false, over: left === null };
}

async function begin(api: HermesApi, job: HermesRunJob): Promise<{ run: string } | Ended> {
  const { input, instructions, session } = job;
  const body = { input, instructions, session_id: session };
  const answer = await askHermes(api, '/v1/runs', { body, timeoutMs: PATIENCE });
  if ('error' in answer) return failed(`the gateway gave no answer: ${answer.error}`);
  const run = asText(answer.data?.['run_id']);
  if (answer.status === 202 && run !== '') return { run };
  if (answer.status === 401) {
    return { ...failed('the gateway does not take the key in home/.env'), retry: false };
  }
  const said = errorText(answer.data);
  return failed(`the gateway answered ${answer.status}${said === '' ? '' : `: ${said}`}`);
}

/** Its events, as long as the stream holds (one consumer, no replay), then its state. */
async function followRun(
  api: HermesApi,
  job: HermesRunJob,
  run: string,
  stop: (why: string) => void,
  world: World,
): Promise<Ended> {
  const ask = (wish: string) => (job.yolo ? allow(api, run, world) : stop(wish));
  await readEvents(`${api.origin}${runPath(run)}/events`, {
    headers: { authorization: `Bearer ${api.key}` },
    idleMs: IDLE,
    onData: (data) => {
      const event = parseObject(data);
      if (event?.['event'] === 'approval.request') void ask(wishOf(event));
      if (event?.['event'] === 'tool.started') world.log(`${toolLine(event)}\n`);
    },
  });
  for (let silent = 0; silent <= LOST; silent += LOOK) {
    const answer = await askRun(api, run);
    if ('gone' in answer) return failed('the gateway was restarted while it worked');
    if ('run' in answer) {
      silent = 0;
      if (answer.run.state === 'waiting_for_approval') await ask('it wanted approval');
      if (!goesOn(answer.run)) return settled(api, job, answer.run, world);
    } else if (hermesProcess(job.home) === null) {
      return failed('the gateway ended while it worked');
    }
    await world.sleep(LOOK);
  }
  return { ...failed('the gateway gave no answer any more'), over: false };
}

async function settled(
  api: HermesApi,
  job: HermesRunJob,
  run: RemoteRun,
  world: World,
): Promise<Ended> {
  const { usage, cut } = await readHermesSession(api, job.session, run.usage);
  if (run.output !== '') world.write(`${run.output}\n`);
  if (run.state === 'completed') {
    return cut === null ? { usage, over: true } : { usage, over: true, problem: cut };
  }
  const because = run.error === '' ? '' : `: ${run.error}`;
  return { usage, over: true, problem: `Hermes ended the run as ${run.state}${because}` };
}

/** The house lets it act without asking. What it asked for may not be there to be answered yet. */
async function allow(api: HermesApi, run: string, { sleep }: World): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const body = { choice: 'once' };
    const answer = await askHermes(api, `${runPath(run)}/approval`, { body, timeoutMs: PATIENCE });
    if ('status' in answer && answer.status === 200) return;
    await sleep(LOOK / 5);
  }
}

function wishOf(event: JsonObject): string {
  const command = lastLine(plainText(asText(event['command'])));
  const why = lastLine(plainText(asText(event['description'])));
  return `it wanted approval for \`${command}\`${why === '' ? '' : ` (${why})`}`;
}

const toolLine = (event: JsonObject): string =>
  lastLine(plainText(`${asText(event['tool'])}: ${asText(event['preview'])}`));

const failed = (problem: string): Ended & { problem: string } => ({
  problem,
  retry: true,
  over: true,
});

const writePrivate = (path: string, value: object): void =>
  writeFileSync(path, JSON.stringify(value), { mode: 0o600 });
