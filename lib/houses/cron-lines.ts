import { UserError } from '../core/errors.ts';
import { singleQuoted } from '../core/single-quoted.ts';
import { parseCron } from './cron-expression.ts';
import type { House } from './household.ts';
import { JOBS } from './job-files.ts';
import type { ScheduledJob } from './settings.ts';

/** How a tick is started: the script, and the Node that it can't find by itself. */
export interface TickProgram {
  script: string;
  node: string | null;
}

/** One job that is to be run. */
export interface Scheduled {
  job: ScheduledJob;
  /** Five fields, one space between them. */
  expression: string;
}

/** The script is read by the shell that cron started: another one would double what an idle tick costs. */
const SOURCE = '; . "$1"';

/** cron cuts a longer command off (MAX_COMMAND). */
const LONGEST = 998;

/** The jobs of a house, those switched off left out. Throws UserError where house.yaml says no time. */
export function scheduledJobs({ settings, paths }: House): Scheduled[] {
  const jobs: Scheduled[] = [];
  for (const job of JOBS) {
    const said = settings.schedule[job];
    if (said === false) continue;
    const fields = parseCron(said);
    if (typeof fields === 'string') {
      throw new UserError(`schedule.${job}: ${fields}`, {
        file: paths.settings,
        hint: 'as in crontab(5): "*/15 * * * *"; false switches the job off',
      });
    }
    jobs.push({ job, expression: said.split(' ').filter(Boolean).join(' ') });
  }
  return jobs;
}

/** Program and arguments of one tick. Throws UserError where cron or systemd could not carry them. */
export function tickArguments(
  { script, node }: TickProgram,
  job: ScheduledJob,
  { root, name }: Pick<House, 'root' | 'name'>,
): string[] {
  const words = ['/bin/sh', script, job, root, name, ...(node === null ? [] : [node])];
  for (const word of words) checkWord(word);
  return words;
}

/** The lines of one house's block, without its markers, for a crontab whose shell is a POSIX one. */
export function cronLines(house: House, program: TickProgram): string[] {
  return scheduledJobs(house).map(({ job, expression }) => {
    const [, ...words] = tickArguments(program, job, house);
    const command = `set -- ${words.map(shellWord).join(' ')}${SOURCE}`;
    // In a crontab an unescaped % ends the command.
    const line = `${expression} ${command.replaceAll('%', '\\%')}`;
    if (Buffer.byteLength(line) <= LONGEST) return line;
    throw new UserError(`expected a crontab line of at most ${LONGEST} bytes for ${house.name}`, {
      hint: 'move the household to a shorter path',
    });
  });
}

/** The same line for whatever shell cron has, and as Robed used to write it: it starts a second shell. */
export const inOwnShell = (line: string): string =>
  line.replace(/^((?:\S+ ){5})set -- (.*); \. "\$1"$/, '$1/bin/sh $2');

/** What cron hands to the shell for a line of ours; null where it is none. */
export function commandOfLine(line: string): string | null {
  const match = /^(?:\S+ ){5}((?:\/bin\/sh|set --) .*)$/.exec(line);
  return match === null ? null : (match[1] as string).replaceAll('\\%', '%');
}

/** That command with one word more. */
export const withWord = (command: string, word: string): string =>
  command.endsWith(SOURCE)
    ? `${command.slice(0, -SOURCE.length)} ${word}${SOURCE}`
    : `${command} ${word}`;

/** Plain where it can be, else in single quotes, which every shell understands alike. */
function shellWord(word: string): string {
  return /^[\w./:@+=,-]+$/.test(word) ? word : singleQuoted(word);
}

/**
 * Throws UserError for what can't be written so that cron, shells and systemd all understand it: a
 * backslash means something else to each.
 */
export function checkWord(word: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (!/[\u0000-\u001f\u007f\\]/.test(word)) return;
  throw new UserError(
    `expected a path without backslashes and control characters, found ${JSON.stringify(word)}`,
    { hint: 'move the household, or Robed, to another path' },
  );
}
