import { statSync } from 'node:fs';
import { runProbe } from '../platform/probe.ts';

const asked = new Map<string, Promise<string>>();

/** Milliseconds; a cold start of a big program on a small machine takes several seconds. */
const PATIENCE = 60_000;

/**
 * What a program says of itself, as in `hermes chat --help`: asked once for each version of its
 * file. '' where it can't be asked. `program` is an absolute path.
 */
export function helpText(
  program: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<string> {
  const { mtimeMs, size, ino } = statSync(program);
  const key = JSON.stringify([program, mtimeMs, size, ino, args]);
  const known = asked.get(key);
  if (known) return known;
  const answer = ask(program, args, environment);
  asked.set(key, answer);
  return answer;
}

async function ask(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const { stdout, stderr } = await runProbe([program, ...args], { env, timeout: PATIENCE });
  return `${stdout}\n${stderr}`;
}

/** Whether a help text names a flag, as a word of its own. */
export const names = (help: string, flag: string): boolean =>
  new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(help);
