import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { parseReport } from '../queue/report.ts';
import type { Ended, Job, Outcome, Usage } from './body.ts';
import { lastLine, readOutput } from './output.ts';

/** What a body makes of an output that it alone can read. */
export interface Said {
  text: string;
  usage?: Usage;
  /** Why it failed in spite of what the exit code says. */
  problem?: string;
  /** False where trying again can't help. */
  retry?: boolean;
}

const MAX_STDERR = 64 * 1024;

/**
 * The one rule of success: exit code 0, no problem of the body's own, and something said, on
 * standard output or in a report that answers to this run.
 */
export function verdict(job: Job, ended: Ended, said: Said): Outcome {
  const usage = said.usage ?? {};
  const errors = readOutput(ended.stderr, MAX_STDERR);
  const text = said.text || leftReport(job);
  const problem =
    signalProblem(ended) ?? said.problem ?? exitProblem(ended, errors) ?? emptyProblem(text);
  if (problem === null) return { ok: true, text, usage };
  const parts = [text, errors === '' ? '' : `Standard error:\n${errors}`];
  return {
    ok: false,
    reason: problem,
    text: parts.filter((part) => part !== '').join('\n\n'),
    usage,
    retry: said.retry ?? true,
  };
}

function signalProblem(ended: Ended): string | null {
  return ended.signal === null ? null : `ended by ${ended.signal}`;
}

function exitProblem(ended: Ended, errors: string): string | null {
  if (ended.exitCode === null || ended.exitCode === 0) return null;
  const hint = lastLine(errors);
  const signal = signalName(ended.exitCode - 128);
  const code = `exit code ${ended.exitCode}${signal === null ? '' : ` (${signal})`}`;
  return `ended with ${code}${hint === '' ? '' : `: ${hint}`}`;
}

/** A shell says by 128 + n that signal n ended what it ran. */
function signalName(number: number): string | null {
  const known = Object.entries(constants.signals).find(([, value]) => value === number);
  return known?.[0] ?? null;
}

function emptyProblem(text: string): string | null {
  return text === ''
    ? 'ended with exit code 0 but said nothing, so nothing shows that it worked'
    : null;
}

/**
 * The text of a report that the agent left itself. It must name this run; one that names none
 * counts only once the trigger is gone, for an earlier run's could look the same.
 */
function leftReport(job: Job): string {
  const { run, text } = parseReport(readOutput(job.report));
  const answers = run === null ? !existsSync(job.trigger) : run === job.run;
  return answers ? text.trim() : '';
}
