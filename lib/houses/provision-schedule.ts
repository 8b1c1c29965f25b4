import { EXIT, UserError } from '../core/errors.ts';
import { parseCron } from './cron-expression.ts';
import { JOBS } from './job-files.ts';
import type { Schedule } from './provision.ts';
import type { ScheduledJob } from './settings.ts';

const off = Object.fromEntries(JOBS.map((job) => [job, false])) as Record<ScheduledJob, false>;

/** `child` and `father` follow the crontabs of the founding documents; `all` is every job at its default. */
const SCHEDULES: Readonly<Record<string, Schedule>> = {
  all: {},
  none: off,
  child: {
    ...off,
    'self-monitor': '*/5 * * * *',
    dispatch: '*/15 * * * *',
    // The documents have none, and say that a child's report reaches its father.
    'progress-report': '*/30 * * * *',
  },
  father: {
    ...off,
    dispatch: '*/20 * * * *',
    'task-monitor': '*/10 * * * *',
    'progress-report': '*/30 * * * *',
    checkpoint: '0 * * * *',
  },
};

/**
 * `child`, `dispatch=0,30 * * * *`, or several of these apart by `;`, later ones over earlier.
 * Throws UserError.
 */
export function parseSchedule(text: string): Schedule {
  let schedule: Schedule = {};
  for (const part of text.split(';').map((piece) => piece.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    schedule = at === -1 ? preset(part) : { ...schedule, ...oneJob(part, at) };
  }
  return schedule;
}

function preset(name: string): Schedule {
  const found = SCHEDULES[name];
  if (found !== undefined) return found;
  throw usage(
    `expected --schedule ${Object.keys(SCHEDULES).join(', ')} or JOB=WHEN, found ${name}`,
  );
}

function oneJob(part: string, at: number): Schedule {
  const job = JOBS.find((known) => known === part.slice(0, at).trim());
  const when = part.slice(at + 1).trim();
  if (job === undefined) throw usage(`expected a job out of ${JOBS.join(', ')} in ${part}`);
  if (/^(off|false|never)$/.test(when)) return { [job]: false };
  const fields = parseCron(when);
  if (typeof fields === 'string') throw usage(`${job}: ${fields}`);
  return { [job]: when.split(' ').filter(Boolean).join(' ') };
}

const usage = (message: string): UserError =>
  new UserError(message, {
    hint: '--schedule "child; dispatch=*/20 * * * *; checkpoint=off"',
    exitCode: EXIT.usage,
  });
