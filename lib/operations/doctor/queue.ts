import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import { readSnapshot } from '../../platform/snapshot.ts';
import { type QueueReading, readText } from '../../queue/reading.ts';
import { queueGate } from '../gate.ts';
import type { HouseCheck, Patient } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { count, edit, few, quoted, shown } from './words.ts';

/** Findings shown one by one; `robed list` has them all. */
const MOST = 5;

export const queue: HouseCheck = {
  of: 'house',
  name: 'queue',
  levels: ['fail', 'warn'],
  finds:
    'a queue that is gone, damaged (merge markers, NULs, no UTF-8), in another format, read-only, a link out of the household, with front matter or entries that can’t be understood',
  fine: 'the queue is whole and understood',
  look(patient, household) {
    const { house, paths, livedIn, name } = patient;
    if (house === null) return [];
    const file = shown(household, paths.queue);
    if (!existsSync(paths.queue)) {
      const link = lstatSync(paths.queue, { throwIfNoEntry: false })?.isSymbolicLink();
      if (!livedIn && !link) return [];
      return [
        {
          level: 'fail',
          message: link
            ? `${file} is a link to ${readlinkSync(paths.queue)}, where nothing is: no task can be read`
            : `${file} is gone: no task can be read`,
          fix: `robed history --wizard ${name}   (then robed restore <number> --wizard ${name})`,
        },
      ];
    }
    const reading = readQueueFile(patient);
    if (reading === null) return [];
    const { findings, unreadable } = reading.doc;
    const gate = queueGate(house, reading.doc);
    const told = findings.filter(({ level }) => level !== 'info');
    return [
      ...(gate.readOnly !== null && !unreadable && gate.readOnly !== reading.doc.readOnly
        ? [readOnly(file, gate.readOnly, paths.settings)]
        : []),
      ...told.slice(0, MOST).map(
        ({ level, line, message }): Trouble => ({
          level: level === 'error' ? 'fail' : 'warn',
          message: `${file}${line === null || message.startsWith(`line ${line} `) ? '' : `:${line}`}: ${message}`,
          fix: edit(paths.queue, line ?? undefined),
        }),
      ),
      ...(told.length > MOST ? [more(told.length - MOST, name)] : []),
    ];
  },
};

function readOnly(file: string, reason: string, settings: string): Trouble {
  return {
    level: 'fail',
    message: `${file} is only read: ${reason}`,
    fix: `name its target as queue.target in ${quoted(settings)}, or put the file itself there`,
  };
}

function more(rest: number, name: string): Trouble {
  return {
    level: 'warn',
    message: `the queue has ${count(rest, 'more finding')}`,
    fix: `robed list --wizard ${name}`,
  };
}

/** The queue as it stands, half a save or not; null where there is none. */
export function readQueueFile({ paths }: Patient): QueueReading | null {
  const snapshot = readSnapshot(paths.queue);
  return snapshot && readText(paths.queue, snapshot.bytes, snapshot.hash);
}

/** What Syncthing, Dropbox and others make where two machines saved one file, and merges left. */
const SIBLING =
  /\.sync-conflict-|conflicted copy|\((?:case )?conflict|\.orig$|\.rej$|\.mine$|\.r\d+$/i;

export const siblings: HouseCheck = {
  of: 'house',
  name: 'sync-conflicts',
  levels: ['warn'],
  finds:
    'files beside the queue that a sync or a merge left: `*.sync-conflict-*`, `*conflicted copy*`, `*.orig`, `*~`',
  fine: 'no second copy lies beside the queue',
  look({ paths }, household) {
    const folder = dirname(paths.queue);
    const { name: stem } = parse(paths.queue);
    const found = [folder, paths.work, paths.completed]
      .filter((one, at, all) => existsSync(one) && all.indexOf(one) === at)
      .flatMap((one) => readdirSync(one).map((name) => join(one, name)))
      .filter((path) => {
        const name = basename(path);
        if (!name.startsWith(stem) && dirname(path) === folder) return false;
        return SIBLING.test(name) || (name.endsWith('~') && dirname(path) === folder);
      });
    if (found.length === 0) return [];
    const names = found.map((path) => shown(household, path));
    return [
      {
        level: 'warn',
        message: `${few(names)} ${found.length === 1 ? 'is' : 'are'} a second copy: what somebody wrote there, Robed never reads`,
        fix: `diff ${quoted(paths.queue)} ${quoted(found[0] as string)}   (take over what is missing, then remove the copy)`,
      },
    ];
  },
};
