import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './body.ts';
import { agentPrompt } from './prompt.ts';

/** Write a file of this run for its owner's eyes alone, and return its absolute path. */
export function writeScratch(job: Pick<Job, 'scratch'>, name: string, text: string): string {
  mkdirSync(job.scratch, { recursive: true, mode: 0o700 });
  const path = join(job.scratch, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** The agent's whole instruction as a file. */
export const writePrompt = (job: Job): string => writeScratch(job, 'prompt.md', agentPrompt(job));
