import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { EXIT, type ExitCode, UserError } from '../core/errors.ts';
import { type Answer, completeChat, type Question } from './chat-completion.ts';

/** What the model body leaves for its child process. */
export interface ModelJob extends Question {
  /** Absolute path of the file that holds the key; the variable MODEL_KEY has it otherwise. */
  keyFile?: string;
  /** Absolute path for what is not text: a `ModelResult`. */
  result: string;
}

type ModelResult = Pick<Answer, 'usage'> & { problem?: string; retry?: boolean };

export const MODEL_KEY = 'ROBED_MODEL_KEY';

/**
 * The hidden command `robed body-model FILE`: a process of its own, so that it is stopped and timed
 * like every other body. The answer goes to standard output, the rest to the job's result file.
 */
export async function runModelClient(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const [file] = args;
  if (file === undefined)
    throw new UserError('expected the path of a model job', { exitCode: EXIT.usage });
  const job = JSON.parse(readFileSync(file, 'utf8')) as ModelJob;
  const key = job.keyFile === undefined ? environment[MODEL_KEY] : readKey(job.keyFile);
  const answer = await completeChat(job, key);
  const { usage } = answer;
  const result: ModelResult = answer.ok
    ? { usage }
    : { usage, problem: answer.problem, retry: answer.retry };
  writeFileSync(job.result, JSON.stringify(result), { mode: 0o600 });
  process.stdout.write(answer.text === '' ? '' : `${answer.text}\n`);
  if (answer.ok) return EXIT.ok;
  process.stderr.write(`${answer.problem}\n`);
  return EXIT.failure;
}

function readKey(path: string): string {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new UserError('expected a key file that only its owner can read', {
      file: path,
      hint: `chmod 600 ${path}`,
      exitCode: EXIT.config,
    });
  }
  return readFileSync(path, 'utf8').trim();
}
