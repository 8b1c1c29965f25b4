import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeCheckpoint } from '../../lib/operations/checkpoint/checkpoint.ts';
import { installCrontab, uninstallCrontab } from '../../lib/operations/crontab.ts';
import { beat } from '../../lib/operations/heartbeat/beat.ts';
import { makeReport } from '../../lib/operations/progress-report/make-report.ts';
import { provision } from '../../lib/operations/provision.ts';
import { retireHouse } from '../../lib/operations/retire.ts';
import type { TestHouse } from '../support/house.ts';
import { THEIRS } from './repeated.ts';
import { CRONTAB } from './snapshots.ts';
import { finishAll, type Scenario, type Stage, within } from './stage.ts';

export const CHILD = 'bilbo';

/** As Debian's crontab(1): the table is replaced whole. It lies beside it, wherever that is. */
const PROGRAM = `#!/bin/sh
tab=$(dirname "$0")/${basename(CRONTAB)}
if [ "$1" = -l ]; then exec cat "$tab"; fi
cat >"$tab.new" && mv "$tab.new" "$tab"
`;

/** What the household does besides its queues: each is done again where it was killed, and comes to the same. */
export const HOUSEHOLD_SCENARIOS: Readonly<Record<string, Scenario>> = {
  provision: {
    again: true,
    prepare: found,
    operate: (stage) => provisionChild(stage),
  },
  retire: {
    again: true,
    prepare: async (stage) => {
      await found(stage);
      await provisionChild(stage);
      put(join(homeOf(stage), 'workspace', `${THEIRS}-page`), 'kept');
    },
    operate: async (stage) => {
      // Done already: nobody retires it again.
      if (existsSync(homeOf(stage))) await retireHouse(stage.house.root, CHILD, placeOf(stage));
    },
  },
  'crontab-install': {
    again: true,
    prepare: found,
    operate: async (stage) => {
      await installCrontab(stage.house.root, stage.house.name, placeOf(stage));
    },
  },
  'crontab-uninstall': {
    again: true,
    prepare: async (stage) => {
      await found(stage);
      await installCrontab(stage.house.root, stage.house.name, placeOf(stage));
    },
    operate: async (stage) => {
      await uninstallCrontab(stage.house.root, stage.house.name, placeOf(stage));
    },
  },
  checkpoint: {
    again: true,
    prepare: async (stage) => {
      await found(stage);
      repositoryOf(stage.house);
    },
    operate: (stage) => within(stage, (context) => makeCheckpoint(context, { dryRun: false })),
  },
  'checkpoint-next': {
    again: true,
    prepare: async (stage) => {
      await found(stage);
      const git = repositoryOf(stage.house);
      await within(stage, (context) => makeCheckpoint(context, { dryRun: false }));
      put(join(stage.house.paths.home, 'memories', `${THEIRS}.md`), 'I learnt something.\n');
      git('add', join('home', 'memories', `${THEIRS}.md`));
      put(join(stage.house.paths.home, 'memories', 'MEMORY.md'), 'And more.\n');
    },
    operate: (stage) => within(stage, (context) => makeCheckpoint(context, { dryRun: false })),
  },
  'progress-report': {
    again: true,
    prepare: async (stage) => {
      await found(stage);
      stage.clock.advance(60_000);
    },
    operate: (stage) =>
      within(stage, (context) => makeReport(context, { dryRun: false, since: null })),
  },
  heartbeat: {
    again: true,
    prepare: found,
    operate: (stage) => within(stage, (context) => beat(context, { dryRun: false })),
  },
};

const homeOf = ({ house }: Stage): string => join(house.root, 'wizards', CHILD);

/** One house that works, what a person has lying there, and a crontab with lines of theirs. */
export async function found(stage: Stage): Promise<void> {
  const { house } = stage;
  const bin = join(house.root, 'bin');
  put(join(bin, 'crontab'), PROGRAM);
  put(join(bin, 'systemctl'), '#!/bin/sh\nexit 1\n');
  for (const program of ['crontab', 'systemctl']) chmodSync(join(bin, program), 0o755);
  put(join(house.root, CRONTAB), 'MAILTO=me\n0 3 * * * backup\n');
  put(join(house.paths.workspace, `${THEIRS}.txt`), 'of a person\n');
  house.write('# Night\n\n## TASK-001: Carry\n\n- **Status:** PENDING\n\n```sh\necho done\n```\n');
  await finishAll(stage);
}

function placeOf({ house, clock }: Stage) {
  const PATH = `${join(house.root, 'bin')}:${process.env['PATH']}`;
  const environment = { PATH, HOME: house.root, XDG_CONFIG_HOME: join(house.root, 'config') };
  return { clock, environment };
}

export async function provisionChild(stage: Stage): Promise<void> {
  const wishes = { role: 'gardener', father: stage.house.name };
  const options = { ...placeOf(stage), dryRun: false, crontab: true };
  await provision(stage.house.root, CHILD, wishes, options);
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function repositoryOf({ paths }: TestHouse): (...args: string[]) => void {
  const git = (...args: string[]) => void execFileSync('git', args, { cwd: paths.house });
  git('init', '-q', '-b', 'main');
  return git;
}
