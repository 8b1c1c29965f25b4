import { machineHealth, type Room } from '../../platform/machine-health.ts';
import { size } from '../self-monitor/machine-findings.ts';
import type { HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { quoted } from './words.ts';

export const disk: HouseholdCheck = {
  of: 'household',
  name: 'disk',
  levels: ['fail', 'warn'],
  finds: 'a disk that is full, or has less free than `monitor.disk` percent, of bytes or of inodes',
  fine: 'the disk has room',
  look({ root, settings }) {
    const { disk, inodes } = machineHealth(root);
    const what = `the disk that ${root} is on`;
    const find = `du -xh ${quoted(root)} | sort -h | tail -20`;
    return [
      ...short(disk, settings.monitor.disk, `${what} has ${size(disk.free)} free`, find),
      ...(inodes === null
        ? []
        : short(
            inodes,
            settings.monitor.disk,
            `${what} has places for ${inodes.free} more files`,
            `du -x --inodes ${quoted(root)} | sort -n | tail -20`,
          )),
    ];
  },
};

export const memory: HouseholdCheck = {
  of: 'household',
  name: 'memory',
  levels: ['fail', 'warn'],
  finds: 'less free memory than `monitor.memory` percent',
  fine: 'there is free memory',
  look({ root, settings }) {
    const { memory } = machineHealth(root);
    const what = `the machine has ${size(memory.free)} of memory free`;
    return short(memory, settings.monitor.memory, what, 'ps aux --sort=-rss | head -15');
  },
};

/** Under a tenth of what must be free, or nothing at all, work begins to fail. */
function short(room: Room, percent: number, what: string, fix: string): Trouble[] {
  const free = room.share * 100;
  if (free >= percent && room.free > 0) return [];
  const level = room.free === 0 || free < percent / 10 ? 'fail' : 'warn';
  return [
    {
      level,
      message: `${what}, ${free.toFixed(1)} %, and ${percent} % must be: without it nothing can be recorded or run`,
      fix: `${fix}   (what takes the most)`,
    },
  ];
}
