import { renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { renderBlock } from '../../../lib/houses/crontab-block.ts';
import { openConflict } from '../../../lib/records/conflict-store.ts';
import { insertRun } from '../../../lib/records/run-store.ts';
import { deadProcess } from '../../support/house.ts';
import { damage, ezra, type Fault, inDatabase, staleRun, temporary } from './fault.ts';
import { houseYaml, QUEUE } from './household.ts';

/** What befalls a house at its work. */
export const HOUSE_FAULTS: Fault[] = [
  {
    fault: 'a run whose runner lives and no longer renews its lease',
    plant: async ({ paths, clock, tick }) => {
      inDatabase(paths('ezra').database, (db) => insertRun(db, staleRun(clock.now())));
      await tick('ezra');
    },
    finds: ['warn ezra suspects'],
    says: /T-9 \(run r-1, process \d+\) is stale: its runner lives but no longer renews/,
  },
  {
    fault: 'a conflict that nobody settled',
    plant: ({ paths, clock }) =>
      inDatabase(paths('ezra').database, (db) => {
        openConflict(db, clock.now(), { code: 'stale-save', task: 'T-1', message: 'an old copy' });
      }),
    finds: ['warn ezra conflicts'],
    says: /an old copy/,
  },
  {
    fault: 'what a sync left beside the queue',
    plant: ({ write }) => write(`${ezra}/home/WORK-QUEUE.sync-conflict-20261101-031500-ABC.md`, ''),
    finds: ['warn ezra sync-conflicts'],
    says: /sync-conflict-20261101/,
  },
  {
    fault: 'what Dropbox left beside the queue',
    plant: ({ write }) => write(`${ezra}/home/WORK-QUEUE (Ezra's conflicted copy).md`, ''),
    finds: ['warn ezra sync-conflicts'],
    says: /conflicted copy/,
  },
  {
    fault: 'what an editor left beside the queue',
    plant: ({ write }) => {
      write(`${ezra}/home/WORK-QUEUE.md.orig`, '');
      write(`${ezra}/home/WORK-QUEUE.md~`, '');
    },
    finds: ['warn ezra sync-conflicts'],
    says: /\.orig and .*~/,
  },
  {
    fault: 'merge markers in the queue',
    plant: ({ write }) =>
      write(`${ezra}/home/WORK-QUEUE.md`, `${QUEUE}<<<<<<< HEAD\n=======\n>>>>>>> theirs\n`),
    finds: ['fail ezra queue'],
    says: /WORK-QUEUE\.md: line \d+ is a merge conflict marker/,
  },
  {
    fault: 'front matter of the queue that can’t be understood',
    plant: ({ write }) =>
      write(`${ezra}/home/WORK-QUEUE.md`, '---\nconcurrency: many\n---\n# Queue\n'),
    finds: ['fail ezra queue'],
    says: /concurrency: expected/,
  },
  {
    fault: 'a queue that is gone',
    plant: ({ paths }) => unlinkSync(paths('ezra').queue),
    finds: ['fail ezra queue'],
    says: /WORK-QUEUE\.md is gone/,
  },
  {
    fault: 'a queue that is a link out of the household',
    plant: ({ paths, root }) => {
      const elsewhere = `${root}-elsewhere.md`;
      onTestFinished(() => rmSync(elsewhere));
      renameSync(paths('ezra').queue, elsewhere);
      writeFileSync(elsewhere, '# Queue\n');
      symlinkSync(elsewhere, paths('ezra').queue);
    },
    finds: ['fail ezra queue'],
    says: /outside the household/,
  },
  {
    fault: 'a report whose front matter can’t be read',
    plant: ({ write }) => write(`${ezra}/home/completed/T-1.txt`, '---\nrun: [\n---\nDone.\n'),
    finds: ['warn ezra reports'],
    says: /completed\/T-1\.txt:\d+: front matter is no valid YAML/,
  },
  {
    fault: 'a report in quarantine',
    plant: ({ write }) => write(`${ezra}/home/quarantine/T-1.txt`, 'Done.\n'),
    finds: ['warn ezra quarantine'],
    says: /1 file in wizards\/ezra\/home\/quarantine \(T-1\.txt\)/,
  },
  {
    fault: 'a damaged database',
    plant: ({ paths }) => damage(paths('ezra').database),
    finds: ['fail ezra database'],
    says: /house\.db is damaged/,
  },
  {
    fault: 'a database that is none',
    plant: ({ write }) => write(`${ezra}/home/house.db`, 'Dear diary,\n'.repeat(500)),
    finds: ['fail ezra database'],
    says: /file is not a database/,
  },
  {
    fault: 'a database of a newer Robed',
    plant: ({ paths }) =>
      inDatabase(paths('ezra').database, (db) => db.exec('PRAGMA user_version = 999')),
    finds: ['warn ezra database'],
    says: /found schema 999/,
  },
  {
    fault: 'a damaged database of the household',
    plant: ({ write }) => write('household.db', 'Dear diary,\n'.repeat(500)),
    finds: ['fail - household-database'],
    says: /household\.db is damaged/,
  },
  {
    fault: 'a mistake in house.yaml',
    plant: ({ write }) => write(`${ezra}/house.yaml`, `${houseYaml('ezra')}pawsed: true\n`),
    finds: ['fail ezra house-yaml'],
    says: /wizards\/ezra\/house\.yaml.*pawsed/,
  },
  {
    fault: 'a mistake in robed.yaml',
    plant: ({ write }) => write('robed.yaml', 'monitor: {disk: 0, memory: 0}\nfather:\n  - [\n'),
    finds: ['fail - robed-yaml'],
    says: /robed\.yaml:\d+: expected YAML/,
  },
  {
    fault: 'a father and a sovereign who are no houses',
    plant: ({ write }) =>
      write('robed.yaml', 'father: alegro\nsovereign: timmy\nmonitor: {disk: 0, memory: 0}\n'),
    finds: ['fail - family', 'fail - family'],
    says: /alegro as father.*timmy as sovereign/s,
  },
  {
    fault: 'a house’s father who is no house',
    plant: ({ write }) => write(`${ezra}/house.yaml`, houseYaml('ezra', 'father: bezalel\n')),
    finds: ['fail ezra family'],
    says: /its father is bezalel/,
  },
  {
    fault: 'fathers in a circle',
    plant: ({ write }) => {
      write(`${ezra}/house.yaml`, houseYaml('ezra', 'father: allegro\n'));
      write('wizards/allegro/house.yaml', houseYaml('allegro', 'father: ezra\n'));
    },
    finds: ['warn - family'],
    says: /one another’s fathers/,
  },
  {
    fault: 'a house without its own repository',
    plant: ({ paths }) => rmSync(join(paths('ezra').house, '.git'), { recursive: true }),
    finds: ['warn ezra repository'],
    says: /expected a git repository of this house's own, found none/,
  },
  {
    fault: 'a repository in which a merge is under way',
    plant: ({ write }) => write(`${ezra}/.git/MERGE_HEAD`, `${'0'.repeat(40)}\n`),
    finds: ['warn ezra repository'],
    says: /a merge is under way/,
  },
  {
    fault: 'a house on a network filesystem',
    plant: ({ machine, paths }) => {
      machine.filesystem = (path) => ({
        type: path === paths('ezra').home ? 0x6969 : 0xef53,
      });
    },
    finds: ['warn ezra filesystem'],
    says: /NFS/,
  },
  {
    fault: 'a folder that was taken away',
    plant: ({ paths }) => rmSync(paths('ezra').completed, { recursive: true }),
    finds: ['warn ezra folders'],
    says: /home\/completed is gone/,
  },
  {
    fault: 'a temporary file of a dead process',
    plant: ({ write }) => write(`${ezra}/home/${temporary('tmp')}`, 'half a que'),
    finds: ['warn ezra leftovers'],
    says: /1 temporary file of a process that died/,
  },
  {
    fault: 'a save that a dead process displaced',
    plant: ({ write }) => write(`${ezra}/home/${temporary('swap')}`, QUEUE),
    finds: ['warn ezra leftovers'],
    says: /may hold a save of yours/,
  },
  {
    fault: 'the watcher’s lock of a dead process',
    plant: ({ paths }) => {
      const holder = { identity: deadProcess(), what: 'start', since: 0 };
      writeFileSync(`${paths('ezra').watcherLock}.holder`, JSON.stringify(holder));
    },
    finds: ['fail ezra ticks', 'warn ezra locks'],
    says: /\.watcher\.lock is held by process \d+ \(start\), which died/,
  },
  {
    fault: 'tasks in a house that nobody looks after',
    plant: ({ unwatch }) => unwatch('ezra'),
    finds: ['fail ezra ticks'],
    says: /nobody looks after it.*1 task will wait for ever/,
  },
  {
    fault: 'a house without tasks that nobody looks after',
    plant: async ({ write, unwatch }) => {
      write(`${ezra}/home/WORK-QUEUE.md`, '# Queue\n');
      unwatch('ezra');
    },
    finds: ['warn ezra ticks'],
    says: /what comes into its queue will wait/,
  },
  {
    fault: 'a crontab line of the old scripts',
    plant: ({ write, root }) =>
      write('crontab', `*/15 * * * * ${root}/${ezra}/scripts/dispatch.py --home ${root}/${ezra}\n`),
    finds: ['fail - crontab'],
    says: /two dispatchers share a queue/,
  },
  {
    fault: 'a block for a household that is gone',
    plant: ({ write }) => write('crontab', renderBlock('/nowhere', 'ezra', ['0 * * * * true'])),
    finds: ['fail - crontab'],
    says: /\/nowhere\/wizards\/ezra, where no house is/,
  },
  {
    fault: 'a block whose markers were edited',
    plant: ({ write }) =>
      write('crontab', renderBlock('/nowhere', 'ezra', []).replace('<<< robed: ezra <<<', '')),
    finds: ['fail - crontab'],
    says: /line 1 of the crontab is a block of ezra without its end/,
  },
  {
    fault: 'an old heartbeat',
    plant: ({ write, clock }) => {
      const time = new Date(clock.now() - 3 * 3_600_000).toISOString();
      const beat = { version: 1, agent: 'ezra', cycle: 7, time };
      write(`${ezra}/home/heartbeat.json`, JSON.stringify(beat));
    },
    finds: ['warn ezra heartbeat'],
    says: /3h old/,
  },
];
