import type { MachineHealth, Room } from '../../platform/machine-health.ts';
import type { Finding } from './findings.ts';

/** What is scarce on the machine. `disk` and `memory` are the percents that must be free. Pure. */
export function machineFindings(
  { disk, inodes, memory }: MachineHealth,
  limits: { disk: number; memory: number },
): Finding[] {
  const findings: Finding[] = [];
  const add = (code: string, message: string) => findings.push({ code, subject: '', message });
  if (isScarce(disk, limits.disk)) {
    add('disk', `the disk is nearly full: ${size(disk.free)} of ${size(disk.total)} left`);
  }
  if (inodes !== null && isScarce(inodes, limits.disk)) {
    add('inodes', `the disk holds nearly as many files as it can: ${inodes.free} more fit`);
  }
  if (isScarce(memory, limits.memory)) {
    add('memory', `memory is short: ${size(memory.free)} of ${size(memory.total)} left`);
  }
  return findings;
}

const isScarce = (room: Room, percent: number): boolean => room.share * 100 < percent;

/** Bytes as people read them: `1.5 GB`. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(
    units.length - 1,
    Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024)),
  );
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
