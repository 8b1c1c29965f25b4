import { readdirSync, readFileSync } from 'node:fs';
import { processState } from './identity.ts';
import { runProbe } from './probe.ts';

/** Milliseconds for ps, where there is no /proc. */
const PATIENCE = 5000;

/**
 * The first process whose command line, its arguments joined by blanks as ps shows them, holds
 * `text`; null where there is none. Neither this process nor one that has ended and waits for its
 * parent counts.
 */
export async function findProcess(text: string): Promise<number | null> {
  const found =
    process.platform === 'linux' ? findInProc(text) : parsePs(await askPs(), text, process.pid);
  return found;
}

function findInProc(text: string): number | null {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid === process.pid) continue;
    if (commandLine(pid).includes(text) && processState(pid)?.zombie === false) return pid;
  }
  return null;
}

/** Empty for a kernel thread, and for a process that is gone. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function askPs(): Promise<string> {
  const { stdout } = await runProbe(['ps', '-axo', 'pid=,args='], { timeout: PATIENCE });
  return stdout;
}

/** The same in the lines of `ps -axo pid=,args=`. */
export function parsePs(lines: string, text: string, own: number): number | null {
  for (const line of lines.split('\n')) {
    const [, pid, command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid !== undefined && Number(pid) !== own && command.includes(text)) return Number(pid);
  }
  return null;
}
