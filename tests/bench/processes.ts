import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  /** Processor time until now, of all threads. */
  cpuMs: number;
  /** Megabytes (10^6); what several processes share counts in each. */
  rss: number;
  /** Megabytes; what is shared counts in parts. */
  pss: number;
  /** A line for each process. */
  processes: string[];
}

/** A process and all that came of it. Linux only. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : null;
    if (parent !== null) parents.set(Number(name), parent);
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/** Throws where one of them is gone. */
export function usageOf(pids: readonly number[]): Usage {
  const usage: Usage = { cpuMs: 0, rss: 0, pss: 0, processes: [] };
  for (const pid of pids) {
    // Nanoseconds on the processor: https://docs.kernel.org/scheduler/sched-stats.html
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ns] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      usage.cpuMs += Number(ns) / 1e6;
    }
    const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const [rss, pss] = [megabytes(memory, 'Rss'), megabytes(memory, 'Pss')];
    usage.rss += rss;
    usage.pss += pss;
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    // The rest are pages of files: the program, which the system keeps as long as it has room.
    const own = megabytes(memory, 'Anonymous');
    usage.processes.push(
      `${name}: RSS ${rss.toFixed(1)}, PSS ${pss.toFixed(1)}, of no file ${own.toFixed(1)} MB`,
    );
  }
  return usage;
}

const megabytes = (memory: string, name: string): number =>
  (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1]) * 1024) / 1e6;
