import { runProbe } from '../../platform/probe.ts';
import { readMeta } from '../../records/house-db.ts';
import type { HouseholdCheck, Patient } from './patient.ts';
import type { Trouble } from './verdict.ts';

/** Nothing of Robed is older. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** Milliseconds that two machines of one household may differ by. */
const LEEWAY = 120_000;

const SET = 'timedatectl set-ntp true   (or set the clock by `date -s`)';

export const clock: HouseholdCheck = {
  of: 'household',
  name: 'clock',
  levels: ['fail', 'warn'],
  finds:
    'a clock before 2026, one that jumped back (the last event lies ahead), one that nobody keeps in step (timedatectl)',
  fine: 'the clock is plausible, and behind no event',
  async look({ clock: { now }, houses, environment }) {
    const time = now();
    if (time < EARLIEST) {
      return [
        {
          level: 'fail',
          message: `the clock says ${day(time)}: back-off, due times and cron go by it`,
          fix: SET,
        },
      ];
    }
    return [
      ...houses.flatMap((patient) => aheadOf(patient, time)),
      ...(await keptInStep(environment)),
    ];
  },
};

function aheadOf({ name, db }: Patient, now: number): Trouble[] {
  if (db === null) return [];
  const last = Number(db.prepare('SELECT max(time) AS last FROM events').get()?.['last'] ?? 0);
  const pruned = Number(readMeta(db, 'pruned') ?? 0);
  const latest = Math.max(last, pruned);
  if (latest - now <= LEEWAY) return [];
  return [
    {
      level: 'fail',
      wizard: name,
      message: `its last event is of ${day(latest)}, and now it is ${day(now)}: the clock jumped, so what waits for a time waits too long`,
      fix: SET,
    },
  ];
}

/** Only where timedatectl is there and says so: a container has none, and its host keeps the time. */
async function keptInStep(environment: NodeJS.ProcessEnv): Promise<Trouble[]> {
  const { exitCode, stdout } = await runProbe(
    ['timedatectl', 'show', '--property=NTPSynchronized', '--value'],
    { timeout: 3000, env: { PATH: environment['PATH'] ?? '', LC_ALL: 'C' } },
  );
  if (exitCode !== 0 || stdout.trim() !== 'no') return [];
  return [
    {
      level: 'warn',
      message: 'nobody keeps the clock in step (NTP): it will drift, and may jump one day',
      fix: SET,
    },
  ];
}

const day = (ms: number): string =>
  new Date(ms).toISOString().replace('T', ' ').slice(0, 16).concat(' UTC');
