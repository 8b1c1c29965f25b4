import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HousePaths, housePaths } from '../../../lib/houses/paths.ts';
import { withHousehold } from '../../../lib/operations/doctor/admit.ts';
import { examine } from '../../../lib/operations/doctor/examine.ts';
import type { Check, Machine } from '../../../lib/operations/doctor/patient.ts';
import { CHECKS } from '../../../lib/operations/doctor/registry.ts';
import type { Diagnosis } from '../../../lib/operations/doctor/verdict.ts';
import { closeHouse, openHouse } from '../../../lib/operations/open-house.ts';
import { reconcile } from '../../../lib/operations/reconcile.ts';
import { acquireLock, type Lock } from '../../../lib/platform/lock.ts';
import { launchNobody, type SettableClock, settableClock } from '../../support/house.ts';
import { task } from '../../support/household.ts';

/** A household of two houses in which nothing is wrong, until a test plants something. */
export interface HealthyHousehold {
  root: string;
  paths(wizard: string): HousePaths;
  clock: SettableClock;
  environment: Record<string, string>;
  machine: Partial<Machine>;
  /** Put a program of these lines first on the PATH. */
  program(name: string, script: string): string;
  /** Write below the root, folders made. Returns the absolute path. */
  write(path: string, text: string, mode?: number): string;
  /** From now on nobody watches a house. */
  unwatch(wizard: string): void;
  /** One tick of task-monitor in a house. */
  tick(wizard: string): Promise<void>;
  look(asked?: readonly string[], checks?: readonly Check[]): Promise<Diagnosis[]>;
  /** What is not ok. */
  troubles(asked?: readonly string[]): Promise<Diagnosis[]>;
}

const WIZARDS = ['allegro', 'ezra'];

export const QUEUE = `# Queue\n\n${task('T-1', 'echo 1')}\n`;

/** Ports that nobody listens on in a test machine; far from what programs take by default. */
const PORT: Readonly<Record<string, number>> = { allegro: 28_742, ezra: 28_743 };

export const houseYaml = (wizard: string, more = ''): string =>
  `queue: {adopted: true}\nbodies: {allow: [shell]}\ngateway: {port: ${PORT[wizard]}}\n${more}`;

export const configYaml = (wizard: string, more = 'kanban: {dispatch_in_gateway: false}'): string =>
  `model: {default: m, provider: custom, context_length: 65536}\nplatforms: {api_server: {enabled: true, extra: {host: 127.0.0.1, port: ${PORT[wizard]}}}}\n${more}\n`;

export async function healthyHousehold(): Promise<HealthyHousehold> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-doctor-')));
  onTestFinished(() =>
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  );
  const clock = settableClock();
  const programs = join(root, 'programs');
  const environment = { PATH: `${programs}:${process.env['PATH']}`, HOME: root };
  const paths = (wizard: string) => housePaths(join(root, 'wizards', wizard));
  const locks = new Map<string, Lock>();
  const machine: Partial<Machine> = { defaultHome: join(root, '.hermes') };
  const made: HealthyHousehold = {
    root,
    paths,
    clock,
    environment,
    machine,
    program: (name, script) => made.write(`programs/${name}`, `#!/bin/sh\n${script}\n`, 0o755),
    write(path, text, mode = 0o600) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, text);
      chmodSync(file, mode);
      return file;
    },
    async tick(wizard) {
      const context = await openHouse(root, wizard, { clock, environment, launch: launchNobody });
      try {
        await reconcile(context, { claim: false });
      } finally {
        closeHouse(context);
      }
    },
    unwatch: (wizard) => locks.get(wizard)?.release(),
    look: (asked = WIZARDS, checks = CHECKS) =>
      withHousehold(root, { clock, environment, machine: made.machine }, (household) =>
        examine(household, checks, asked),
      ),
    troubles: async (asked) => (await made.look(asked)).filter(({ level }) => level !== 'ok'),
  };
  made.program('timedatectl', 'echo yes');
  made.program(
    'crontab',
    `cat ${root}/crontab 2>/dev/null || { echo "no crontab for me" >&2; exit 1; }`,
  );
  made.write('robed.yaml', 'father: allegro\nmonitor: {disk: 0, memory: 0}\n');
  made.write('hermes-agent/venv/bin/hermes', '#!/bin/sh\n', 0o755);
  made.write('hermes-agent/venv/lib/python3.11/site-packages/aiohttp/__init__.py', '');
  for (const wizard of WIZARDS) locks.set(wizard, await furnish(made, wizard));
  return made;
}

async function furnish(made: HealthyHousehold, wizard: string): Promise<Lock> {
  const house = `wizards/${wizard}`;
  made.write(`${house}/home/WORK-QUEUE.md`, QUEUE);
  made.write(`${house}/home/config.yaml`, configYaml(wizard));
  made.write(`${house}/home/.env`, `API_SERVER_KEY=${`key-of-${wizard}`.padEnd(32, '0')}\n`);
  made.write(
    `${house}/start-gateway.sh`,
    '#!/bin/sh\nhouse=$(cd -- "$(dirname -- "$0")" && pwd -P)\nHERMES_HOME=$house/home\nexport HERMES_HOME\nexec hermes gateway run\n',
    0o700,
  );
  made.write(`${house}/house.yaml`, houseYaml(wizard));
  spawnSync('git', ['init', '-q', join(made.root, house)]);
  chmodSync(join(made.root, house, '.git'), 0o700);
  await made.tick(wizard);
  const { watcherLock } = made.paths(wizard);
  const lock = await acquireLock(watcherLock, { what: 'start', clock: made.clock });
  if (!('release' in lock)) throw new Error(`somebody holds ${watcherLock}`);
  onTestFinished(() => {
    if (existsSync(dirname(watcherLock))) lock.release();
  });
  return lock;
}
