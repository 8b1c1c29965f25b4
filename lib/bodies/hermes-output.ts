import { asObject, asText, type JsonObject, parseObject } from '../core/untrusted.ts';
import type { Ended } from './body.ts';
import { lastLine, plainText, readOutput, readTail } from './output.ts';
import { readUsage } from './usage.ts';
import type { Said } from './verdict.ts';

/**
 * What 0.19.0 says in the answer's place, with exit code 0 and for an empty answer even
 * `completed: true`. Seen running, or read in its run_agent.py and conversation_loop.py.
 */
const NO_ANSWER =
  /^(?:API call failed after \d+ retr|Billing or credits exhausted|Invalid API response after \d+|I reached the (?:iteration limit|maximum iterations)|⚠️ +The model declined|⚠️ \*\*Thinking Budget|\(empty\)$)/;

/** The same below half an answer. */
const CUT_SHORT = /^⚠️ No reply: /m;

/** What it prints above its answer in `chat -Q`. */
const NOISE = /^\s*(?:⚠ tirith |⏱ |⚠️ {2}Reached maximum iterations).*\n?/;

const OUT_OF_TURNS = /^⚠️ {2}Reached maximum iterations/m;

/** `--format stream-json`: JSON lines, of which the last `result` counts; others are skipped. */
export function readHermesStream(stdout: string): Said {
  const events = readTail(stdout)
    .bytes.toString('utf8')
    .split('\n')
    .map(parseObject)
    .filter((event) => event !== null);
  const result = events.findLast((event) => event['type'] === 'result');
  if (!result) return { text: readOutput(stdout), problem: 'ended without a result' };
  const tokens = asObject(result['tokens']);
  const opening = events.find(
    (event) => event['type'] === 'system' || event['type'] === 'system/init',
  );
  const usage = readUsage({
    inputTokens: tokens?.['input'],
    outputTokens: tokens?.['output'],
    cost: result['cost_usd'],
    model: opening?.['model'],
    session: result['session_id'],
  });
  const text = plainText(asText(result['text'])).trim();
  return { text, usage, ...problemOf(text, result) };
}

/** `-z`: the answer on standard output, and the usage file that alone tells a failure. */
export function readHermesOneShot(ended: Ended, usageFile: string): Said {
  const text = readOutput(ended.stdout);
  const report = parseObject(readTail(usageFile).bytes.toString('utf8'));
  if (report === null) {
    // An exit code says more than a missing file.
    const problem = 'left no usage file, so nothing shows that it finished';
    return { text, ...(ended.exitCode === 0 ? { problem } : {}) };
  }
  const usage = readUsage({
    inputTokens: report['input_tokens'],
    outputTokens: report['output_tokens'],
    cost: report['estimated_cost_usd'],
    turns: report['api_calls'],
    model: report['model'],
    session: report['session_id'],
  });
  return { text, usage, ...problemOf(text, report) };
}

/** A run of the gateway: what `robed body-hermes` printed, and its result file. */
export function readHermesRun(ended: Ended, resultFile: string): Said {
  const text = readOutput(ended.stdout);
  const result = parseObject(readOutput(resultFile));
  if (result === null) return { text };
  const problem = lastLine(plainText(asText(result['problem'])), 500);
  return {
    text,
    usage: readUsage(asObject(result['usage']) ?? {}),
    ...problemOf(text, {}),
    ...(problem === '' ? {} : { problem, retry: result['retry'] !== false }),
  };
}

/** `chat -Q`: notices, the answer, and a line with the session on standard error. */
export function readHermesChat(ended: Ended): Said {
  let text = readOutput(ended.stdout);
  const stopped = OUT_OF_TURNS.test(text);
  while (NOISE.test(text)) text = text.replace(NOISE, '').trimStart();
  const session = /^session_id: *(\S+)$/m.exec(readOutput(ended.stderr))?.[1];
  return { text, usage: readUsage({ session }), ...problemOf(text, { partial: stopped }) };
}

/** Why it failed though it may have ended with exit code 0 (hermes-agent#74659). */
function problemOf(text: string, said: JsonObject): Pick<Said, 'problem'> {
  const because = plainText(asText(said['error']) || asText(said['failure']));
  const detail = lastLine(because || text);
  if (said['failed'] === true || NO_ANSWER.test(text) || CUT_SHORT.test(text)) {
    return { problem: `Hermes failed: ${detail}` };
  }
  if (said['partial'] === true || said['completed'] === false) {
    return { problem: `Hermes stopped before it was done: ${detail}` };
  }
  const exit = said['exit_code'];
  if (typeof exit === 'number' && exit !== 0)
    return { problem: `Hermes ended with exit code ${exit}: ${detail}` };
  return {};
}
