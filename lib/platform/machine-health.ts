import { readFileSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** What is free of something, in shares of 0 to 1. */
export interface Room {
  free: number;
  total: number;
  share: number;
}

export interface MachineHealth {
  /** Bytes of the filesystem that a path is on, as an ordinary user may take them. */
  disk: Room;
  /** Files that it can still hold; null where the filesystem counts none (btrfs). */
  inodes: Room | null;
  /** Bytes that a new program could get without swapping. */
  memory: Room;
}

/** How the machine stands. Throws Node's error where `path` is not there. */
export function machineHealth(path: string): MachineHealth {
  const fs = statfsSync(path);
  return {
    disk: room(fs.bavail * fs.bsize, fs.blocks * fs.bsize),
    inodes: fs.files > 0 ? room(fs.ffree, fs.files) : null,
    memory: memory(),
  };
}

/** proc_meminfo(5): MemAvailable counts caches that can be dropped, which os.freemem does not. */
function memory(): Room {
  try {
    return parseMeminfo(readFileSync('/proc/meminfo', 'latin1')) ?? room(freemem(), totalmem());
  } catch {
    return room(freemem(), totalmem());
  }
}

/** null where it does not say (a kernel before 3.14). */
export function parseMeminfo(text: string): Room | null {
  const bytes = (name: string): number | null => {
    const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  };
  const free = bytes('MemAvailable');
  const total = bytes('MemTotal');
  return free === null || total === null ? null : room(free, total);
}

function room(free: number, total: number): Room {
  return { free, total, share: total > 0 ? free / total : 1 };
}
