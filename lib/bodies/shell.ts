import { join } from 'node:path';
import { singleQuoted } from '../core/single-quoted.ts';
import type { CodeBlock } from '../queue/brief.ts';
import type { Body, Ended, Job, JobNeeds, Offer, Outcome, Start } from './body.ts';
import { readOutput } from './output.ts';
import { writeScratch } from './scratch.ts';
import { verdict } from './verdict.ts';

/**
 * How each language is run. A command that fails ends its block; bash also tells a failing pipe,
 * so that `make test | tee log` can't hide one.
 */
const INTERPRETERS: Readonly<Record<string, string>> = {
  sh: 'sh -e',
  bash: 'bash --noprofile --norc -e -o pipefail',
};

/**
 * Runs the sh and bash blocks of a task, in order, each in a shell of its own that starts in the
 * workspace; the first that fails ends the run.
 */
export const shellBody: Body = { kind: 'shell', agent: false, offer, start, outcome };

const runnable = (job: JobNeeds): CodeBlock[] =>
  job.blocks.filter((block) => Object.hasOwn(INTERPRETERS, block.language));

function offer(job: JobNeeds): Offer {
  const count = runnable(job).length;
  if (count > 0) return { can: true, why: `the task has ${count} sh or bash ${plural(count)}` };
  const [other] = job.blocks;
  if (!other) return { can: false, why: 'the task has no fenced block' };
  return {
    can: false,
    why: `only sh and bash are run, the task's first block is ${other.language || 'unmarked'}`,
  };
}

/** The one sh block of a job that has no other to run, for whoever has a shell at hand; else null. */
export function soleScript(job: JobNeeds): string | null {
  const [block, ...more] = runnable(job);
  return block?.language === 'sh' && more.length === 0 ? block.code : null;
}

function start(job: Job): Start {
  const blocks = runnable(job);
  const files = blocks.map((block, index) =>
    writeScratch(job, `block-${index + 1}.${block.language}`, block.code),
  );
  const steps = blocks.map((block, index) => {
    const file = singleQuoted(files[index] ?? '');
    return `${INTERPRETERS[block.language]} ${file} || fail ${index + 1} $?`;
  });
  const script = [
    `fail() { echo "$1" >${singleQuoted(failedFile(job))}; exit "$2"; }`,
    ...steps,
    '',
  ].join('\n');
  return { argv: ['/bin/sh', writeScratch(job, 'task.sh', script)], env: {} };
}

function outcome(job: Job, ended: Ended): Outcome {
  const printed = readOutput(ended.stdout) || readOutput(ended.stderr);
  // A shell's exit code is its word: silence is its way of success, as it is not an agent's.
  const silent = printed === '' && ended.exitCode === 0;
  const text = silent ? `Ran ${count(job)} without output.` : printed;
  const result = verdict(job, ended, { text });
  if (result.ok || ended.exitCode === 0) return result;
  const blocks = runnable(job);
  const failed = blocks.length === 1 ? 1 : Number(readOutput(failedFile(job)));
  const block = blocks[failed - 1];
  if (!block) return result;
  return {
    ...result,
    reason: `block ${failed} (${block.language}, line ${block.line}) ${result.reason}`,
  };
}

const failedFile = (job: Job): string => join(job.scratch, 'failed-block');

const plural = (count: number): string => (count === 1 ? 'block' : 'blocks');

const count = (job: Job): string => `${runnable(job).length} ${plural(runnable(job).length)}`;
