import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readOutput } from '../bodies/output.ts';
import { containedPath } from '../platform/contained-path.ts';
import type { ProcessIdentity } from '../platform/identity.ts';
import { spawnDetached } from '../platform/process.ts';
import { endGroup } from '../platform/process-group.ts';

import type { Artifact, VerifyResult } from '../records/run.ts';
import { type RunJob, stampOf } from './job.ts';

export interface Verification {
  checks: VerifyResult[];
  artifacts: Artifact[];
  /** null: everything that was promised is there. */
  failure: string | null;
}

export interface VerifyOptions {
  run: string;
  workspace: string;
  /** Where the output of each check goes; a folder of this run. */
  scratch: string;
  env: Record<string, string>;
  /** Milliseconds, for each command. */
  timeout: number;
  sleep: (ms: number) => Promise<unknown>;
  /** Aborted where a person stops the run. */
  signal?: AbortSignal;
}

/** The last of what a check printed is enough to see why it failed. */
const OUTPUT_BYTES = 2000;

/** COMPLETE is believed only where each promised file is there and new, and each command passes. */
export async function verifyRun(job: RunJob, options: VerifyOptions): Promise<Verification> {
  const artifacts: Artifact[] = [];
  const problems: string[] = [];
  for (const { path, before } of job.produces) {
    const found = examine(options.workspace, path, before);
    if ('missing' in found) problems.push(found.missing);
    else artifacts.push(found);
  }
  const checks: VerifyResult[] = [];
  for (const [at, command] of job.verify.entries()) {
    if (options.signal?.aborted) break;
    const check = await runCheck(command, at, options);
    checks.push(check);
    if (check.passed) continue;
    problems.push(
      `\`${command}\` ${check.exit === null ? 'was ended by a signal or its time' : `exited ${check.exit}`}`,
    );
    break;
  }
  const failure = problems.length > 0 ? `verification failed: ${problems.join('; ')}` : null;
  return { checks, artifacts, failure };
}

/** Looked at again after the run: a path that was harmless at the claim may be a link by now. */
function examine(
  workspace: string,
  path: string,
  before: string | null,
): Artifact | { missing: string } {
  const contained = containedPath(workspace, path);
  if (!contained.ok) return { missing: `the promised ${path}: ${contained.reason}` };
  if (!existsSync(contained.path)) return { missing: `the promised file ${path} is missing` };
  if (!statSync(contained.path).isFile()) return { missing: `the promised ${path} is no file` };
  if (stampOf(contained.path) === before) {
    return { missing: `the promised file ${path} is the one that was there before the run` };
  }
  return { path, ...hashFile(contained.path) };
}

function hashFile(path: string): { sha256: string; bytes: number } {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  const file = openSync(path, 'r');
  let bytes = 0;
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function runCheck(
  command: string,
  at: number,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const output = join(options.scratch, `verify-${at + 1}.txt`);
  const started = await spawnDetached({
    argv: ['/bin/sh', '-c', command],
    cwd: options.workspace,
    env: options.env,
    stdoutPath: output,
    stderrPath: output,
  });
  const end = () => endCheck(started.identity, options);
  const timer = setTimeout(end, options.timeout);
  options.signal?.addEventListener('abort', end, { once: true });
  if (options.signal?.aborted) void end();
  const { exitCode } = await started.exited;
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', end);
  // A server that a check started in the background must not outlive the run.
  await end();
  return {
    command,
    passed: exitCode === 0,
    exit: exitCode,
    output: readOutput(output, OUTPUT_BYTES),
  };
}

async function endCheck(leader: ProcessIdentity, options: VerifyOptions): Promise<void> {
  await endGroup(leader, { run: options.run, graceMs: 2000, sleep: options.sleep });
}
