import { type CronFields, parseCron } from './cron-expression.ts';
import {
  checkWord,
  type Scheduled,
  scheduledJobs,
  type TickProgram,
  tickArguments,
} from './cron-lines.ts';
import type { House } from './household.ts';
import type { ScheduledJob } from './settings.ts';
import { onCalendar } from './systemd-calendar.ts';

/** A unit file. */
export interface Unit {
  name: string;
  text: string;
  /** It is switched on by `install`: timers and the path, which start the rest. */
  enable: boolean;
}

export interface UnitOwner {
  root: string;
  wizard: string;
}

/** What units of one house start. */
export interface UnitPrograms {
  tick: TickProgram;
  /** Program and arguments of `robed start` for this house. */
  start: readonly string[];
}

/** A little more than scripts/tick.sh itself allows. */
const TIMEOUT_S = 960;

/**
 * Jobs that start no body and no service. The others' children may need sudo, which
 * NoNewPrivileges= would take away for good.
 */
const CONFINED: ReadonlySet<ScheduledJob> = new Set(['progress-report', 'heartbeat', 'checkpoint']);

const OWNER = /^# robed: root (.+) wizard (\S+)$/m;

/** Whose unit this is; null where it isn't Robed's. */
export function ownerOf(text: string): UnitOwner | null {
  const match = OWNER.exec(text);
  return match ? { root: match[1] as string, wizard: match[2] as string } : null;
}

/**
 * Every unit of a house: a service and a timer for each job, a service for `robed start`, and where
 * dispatch is scheduled a path that dispatches at a save. Throws UserError. Pure.
 */
export function systemdUnits(house: House, prefix: string, programs: UnitPrograms): Unit[] {
  const header = `# robed: root ${house.root} wizard ${house.name}\n# made from house.yaml by \`robed systemd install\`, which writes it anew\n`;
  const unit = (name: string, text: string, enable = false): Unit => ({
    name,
    text: `${header}${text}`,
    enable,
  });
  const jobs = scheduledJobs(house);
  const units = jobs.flatMap((scheduled) => {
    const name = `${prefix}-${scheduled.job}`;
    const tick = execLine(tickArguments(programs.tick, scheduled.job, house));
    return [
      unit(`${name}.service`, jobService(house, scheduled.job, tick)),
      unit(`${name}.timer`, timer(house, scheduled), true),
    ];
  });
  if (jobs.some(({ job }) => job === 'dispatch')) {
    const tick = execLine(tickArguments(programs.tick, 'dispatch', house));
    units.push(
      unit(`${prefix}-queue.service`, queueService(house, tick)),
      unit(`${prefix}-queue.path`, queuePath(house), true),
    );
  }
  units.push(unit(`${prefix}.service`, startService(house, execLine(startable(programs.start)))));
  return units;
}

/** KillMode: what a tick has started, a runner and its body, outlives it. */
const TICK_SERVICE = `Type=oneshot
KillMode=process
TimeoutStartSec=${TIMEOUT_S}
SuccessExitStatus=75
UMask=0077
`;

function jobService({ name }: House, job: ScheduledJob, tick: string): string {
  return `[Unit]
Description=Robed: ${job} for ${name}

[Service]
${TICK_SERVICE}${CONFINED.has(job) ? 'NoNewPrivileges=yes\n' : ''}ExecStart=${tick}
`;
}

/** Persistent: one catch-up after the machine was off. */
function timer({ name }: House, { job, expression }: Scheduled): string {
  const calendar = onCalendar(parseCron(expression) as CronFields);
  return `[Unit]
Description=Robed: ${job} for ${name}, at ${expression}

[Timer]
${calendar.map((one) => `OnCalendar=${one}\n`).join('')}Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
}

/**
 * systemd doesn't watch the path while its service runs: what is saved meanwhile is seen by the
 * second tick, and the pause keeps an editor that saves ten times a second from ten ticks.
 */
function queueService({ name }: House, tick: string): string {
  return `[Unit]
Description=Robed: dispatch for ${name}, after a save
StartLimitIntervalSec=0

[Service]
${TICK_SERVICE}ExecStart=${tick}
ExecStart=/bin/sleep 1
ExecStart=${tick}
`;
}

function queuePath({ name, paths }: House): string {
  return `[Unit]
Description=Robed: the queue of ${name}

[Path]
PathChanged=${escapeSpecifiers(paths.queue)}

[Install]
WantedBy=paths.target
`;
}

/** Not switched on: timers do the same without a process that stays. */
function startService({ name }: House, start: string): string {
  return `[Unit]
Description=Robed: robed start for ${name}

[Service]
Type=exec
KillMode=process
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=75 78
UMask=0077
ExecStart=${start}

[Install]
WantedBy=default.target
`;
}

/** systemd takes no quotes in a program's path, and `$$` there as it stands: then a shell starts it. */
function startable(words: readonly string[]): readonly string[] {
  return /["'$]/.test(words[0] ?? '') ? ['/bin/sh', '-c', 'exec "$0" "$@"', ...words] : words;
}

/** systemd.service(5), "Command lines": quoted words; % begins a specifier, $ a variable. */
const execLine = (words: readonly string[]): string =>
  words
    .map((word) => escapeSpecifiers(word).replaceAll('$', '$$$$'))
    .map((word) => (/^[\w./:@+=,%$-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`))
    .join(' ');

function escapeSpecifiers(word: string): string {
  checkWord(word);
  return word.replaceAll('%', '%%');
}
