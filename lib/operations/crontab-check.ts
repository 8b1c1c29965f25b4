import { existsSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import { commandOfLine, inOwnShell, type Scheduled, scheduledJobs } from '../houses/cron-lines.ts';
import { hasPosixShell } from '../houses/cron-shell.ts';
import { type CrontabBlock, type CrontabText, readBlocks } from '../houses/crontab-block.ts';
import { type House, houseNames, loadHouse } from '../houses/household.ts';
import { jobFiles } from '../houses/job-files.ts';
import { findOldLines } from '../houses/old-lines.ts';
import { bootedAt, cronDaemon } from '../platform/cron-daemon.ts';
import { openCrontab } from '../platform/crontab-client.ts';
import { installedPath, linesOf } from './crontab.ts';
import { replay } from './crontab-replay.ts';
import { lastExit, lastFired, timeOf } from './last-fired.ts';
import { nextOccurrence } from './recurrence.ts';
import { unitsOf } from './systemd.ts';

/** What was found of one line, of one house (`job: null`), or of the crontab (`wizard: null`). */
export interface CrontabCheck {
  wizard: string | null;
  job: string | null;
  /** 1-based line of the crontab, where it is about one. */
  line: number | null;
  /** Milliseconds since the epoch. */
  lastFired: number | null;
  ok: boolean;
  message: string;
  /** What to do; '' where nothing is. */
  fix: string;
}

export interface CheckOptions {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Run each of our lines with --dry-run, as cron would. */
  replay: boolean;
  /** When this machine started, in milliseconds since the epoch; absent: asked of the system. */
  booted?: number;
}

/** A busy machine fires late. */
const SLACK_MS = 120_000;

/** Whether cron does what these houses' schedules say. Changes nothing. */
export async function checkCrontab(
  root: string,
  wizards: readonly string[],
  options: CheckOptions,
): Promise<CrontabCheck[]> {
  let text: CrontabText;
  let blocks: CrontabBlock[];
  try {
    text = openCrontab(options.environment).read();
    blocks = readBlocks(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [bad({ message: error.message, fix: error.hint ?? '' })];
  }
  const found = blocks.some((block) => block.root === root) ? [checkDaemon()] : [];
  found.push(...checkAbandoned(root, blocks));
  for (const wizard of wizards) {
    const block = blocks.find((one) => one.root === root && one.wizard === wizard);
    const posix = block === undefined || hasPosixShell(text, block.first);
    found.push(...(await checkHouse(root, wizard, block, { ...options, posix })));
  }
  for (const old of findOldLines(text, root, wizards)) {
    const message = `line ${old.line} is not Robed's and works on the same house: two dispatchers share a queue: ${old.text}`;
    found.push(bad({ line: old.line, message, fix: 'take the line out by `crontab -e`' }));
  }
  return found;
}

function checkDaemon(): CrontabCheck {
  const pid = cronDaemon();
  if (pid === null) {
    const fix = 'start it: `systemctl enable --now cron`, or `service cron start`';
    return bad({ message: 'no cron daemon runs', fix });
  }
  const running = pid === undefined ? '; whether the daemon runs can not be seen' : ` (${pid})`;
  return fine({ message: `cron${running}` });
}

/** Blocks whose household or house is gone. */
function checkAbandoned(root: string, blocks: readonly CrontabBlock[]): CrontabCheck[] {
  return blocks
    .filter((block) =>
      block.root === root
        ? !houseNames(root).includes(block.wizard)
        : !existsSync(`${block.root}/wizards`),
    )
    .map(({ root: gone, wizard, first }) =>
      bad({
        // Of another household: a house of this name here has nothing to do with it.
        wizard: gone === root ? wizard : null,
        line: first,
        message: `the block in line ${first} is for ${gone}/wizards/${wizard}, where no house is`,
        fix:
          gone === root
            ? `\`robed crontab uninstall --wizard ${wizard}\`, or take the block out by \`crontab -e\``
            : 'take the block out by `crontab -e`',
      }),
    );
}

async function checkHouse(
  root: string,
  wizard: string,
  block: CrontabBlock | undefined,
  options: CheckOptions & { posix: boolean },
): Promise<CrontabCheck[]> {
  let house: House;
  let jobs: Scheduled[];
  let lines: string[];
  try {
    house = await loadHouse(root, wizard);
    jobs = scheduledJobs(house);
    lines = linesOf(house);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [bad({ wizard, message: error.message, fix: error.hint ?? '' })];
  }
  const install = `\`robed crontab install --wizard ${wizard}\``;
  const bySystemd = unitsOf(root, wizard, options.environment).length > 0;
  if (block === undefined) {
    if (bySystemd) return [fine({ wizard, message: 'its jobs are run by systemd' })];
    if (jobs.length === 0) return [fine({ wizard, message: 'its schedule has no jobs' })];
    return [bad({ wizard, message: 'it has no block in the crontab', fix: install })];
  }
  const found: CrontabCheck[] = [];
  if (bySystemd) {
    const message = 'cron and systemd both run its jobs';
    const fix = `\`robed crontab uninstall --wizard ${wizard}\`, or \`robed systemd uninstall --wizard ${wizard}\``;
    found.push(bad({ wizard, line: block.first, message, fix }));
  }
  for (const [at, scheduled] of jobs.entries()) {
    const forms = formsOf(lines[at] as string, options);
    const place = block.lines.findIndex((line) => forms.includes(line));
    const { job } = scheduled;
    const seen = { wizard, job, lastFired: lastFired(house, job) };
    if (place < 0) {
      found.push(bad({ ...seen, message: 'its line is not as house.yaml says', fix: install }));
      continue;
    }
    const trouble = await troubleOf(house, scheduled, block.lines[place] as string, options);
    const where = { ...seen, line: block.first + 1 + place };
    found.push(
      trouble === null ? fine({ ...where, message: 'in place' }) : bad({ ...where, ...trouble }),
    );
  }
  const ours = lines.flatMap((line) => formsOf(line, options));
  return [...found, ...checkForeign(block, ours, install)];
}

/** What does the same: a line that an earlier Robed wrote goes on working. */
const formsOf = (line: string, { posix }: { posix: boolean }): string[] =>
  posix ? [line, inOwnShell(line)] : [inOwnShell(line)];

/** Lines in our block that are not ours: of another installation, another schedule, or a person. */
function checkForeign(
  { wizard, first, lines }: CrontabBlock,
  ours: readonly string[],
  install: string,
): CrontabCheck[] {
  const foreign = lines
    .map((text, at) => ({ text, line: first + 1 + at }))
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#') && !ours.includes(text));
  return foreign.map(({ text, line }) => {
    const script = /(\/\S*tick\.sh)/.exec(commandOfLine(text) ?? '')?.[1];
    const dead = script !== undefined && !existsSync(script);
    const what = dead ? `starts ${script}, which is gone` : 'is not as house.yaml says';
    return bad({ wizard, line, message: `line ${line} of its block ${what}`, fix: install });
  });
}

async function troubleOf(
  house: House,
  { job, expression }: Scheduled,
  line: string,
  { clock, environment, replay: wanted, booted }: CheckOptions,
): Promise<{ message: string; fix: string } | null> {
  const log = jobFiles(house.paths, job).log;
  const failed = wanted ? await replay(commandOfLine(line) as string, environment) : null;
  if (failed !== null) {
    const fix = `run \`robed ${job} --wizard ${house.name} --dry-run\``;
    return { message: `replayed as cron would run it: ${failed}`, fix };
  }
  const now = clock.now();
  const fired = lastFired(house, job);
  const since = Math.max(fired ?? timeOf(installedPath(house)) ?? 0, booted ?? bootedAt(now));
  if (isOverdue(expression, since, now)) {
    const message =
      fired === null ? 'has never fired' : `has not fired since ${new Date(fired).toISOString()}`;
    return { message, fix: 'see that cron runs, and what it says: `journalctl -u cron`' };
  }
  const exit = lastExit(house, job);
  if (exit === null || exit.code === 0 || exit.code === 75) return null;
  return { message: `its last run ended with exit code ${exit.code}`, fix: `see ${log}` };
}

/** Two occurrences have gone by, and a while. */
function isOverdue(expression: string, since: number, now: number): boolean {
  const next = (from: number) => nextOccurrence({ kind: 'cron', expression }, from, from);
  const first = next(since);
  const second = first === null ? null : next(first);
  return second !== null && now > second + SLACK_MS;
}

const EMPTY = { wizard: null, job: null, line: null, lastFired: null, fix: '' };

type Found = Partial<CrontabCheck> & { message: string };

const fine = (found: Found): CrontabCheck => ({ ...EMPTY, ...found, ok: true });

const bad = (found: Found): CrontabCheck => ({ ...EMPTY, ...found, ok: false });
