import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readOutput } from '../bodies/output.ts';
import { LONGEST_TIMER } from '../core/clock.ts';
import { containedPath } from '../platform/contained-path.ts';
import type { ProcessIdentity } from '../platform/identity.ts';
import { type Spawned, spawnDetached } from '../platform/process.ts';
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
  /** Milliseconds, for each command and each promised file. */
  timeout: number;
  sleep: (ms: number) => Promise<unknown>;
  /** Aborted where a person stops the run. */
  signal?: AbortSignal;
}

/** The last of what a check printed is enough to see why it failed. */
const OUTPUT_BYTES = 2000;

/** Of a promised file so much is read at a time, in bytes. */
const PIECE = 1 << 20;

/** As shells tell it. */
const NOT_STARTED = 126;

/** COMPLETE is believed only where each promised file is there and new, and each command passes. */
export async function verifyRun(job: RunJob, options: VerifyOptions): Promise<Verification> {
  const artifacts: Artifact[] = [];
  const problems: string[] = [];
  for (const { path, before } of job.produces) {
    if (options.signal?.aborted) break;
    const found = await examine(path, before, options);
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
async function examine(
  path: string,
  before: string | null,
  options: VerifyOptions,
): Promise<Artifact | { missing: string }> {
  const contained = containedPath(options.workspace, path);
  if (!contained.ok) return { missing: `the promised ${path}: ${contained.reason}` };
  if (!existsSync(contained.path)) return { missing: `the promised file ${path} is missing` };
  if (!statSync(contained.path).isFile()) return { missing: `the promised ${path} is no file` };
  if (stampOf(contained.path) === before) {
    return { missing: `the promised file ${path} is the one that was there before the run` };
  }
  const hashed = await hashFile(contained.path, options);
  if (hashed === null) return { missing: `the promised file ${path} could not be read in time` };
  return { path, ...hashed };
}

/** Piece by piece, for a file may be of any size and others wait; null where that took too long. */
async function hashFile(
  path: string,
  { timeout, signal }: VerifyOptions,
): Promise<Pick<Artifact, 'sha256' | 'bytes'> | null> {
  const until = performance.now() + timeout;
  const hash = createHash('sha256');
  const piece = Buffer.alloc(PIECE);
  await using file = await open(path, 'r');
  for (let bytes = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, PIECE);
    if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
    hash.update(piece.subarray(0, bytesRead));
    bytes += bytesRead;
    if (signal?.aborted || performance.now() > until) return null;
  }
}

async function runCheck(
  command: string,
  at: number,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const output = join(options.scratch, `verify-${at + 1}.txt`);
  let started: Spawned;
  try {
    started = await spawnDetached({
      argv: ['/bin/sh', '-c', command],
      cwd: options.workspace,
      env: options.env,
      stdoutPath: output,
      stderrPath: output,
    });
  } catch (error) {
    // Such as a workspace that the body took away: that is what came of the run.
    return { command, passed: false, exit: NOT_STARTED, output: (error as Error).message };
  }
  const end = () => endCheck(started.identity, options);
  const timer = setTimeout(end, Math.min(options.timeout, LONGEST_TIMER));
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
