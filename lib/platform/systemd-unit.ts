import { runProbe } from './probe.ts';

/** `null`: it can't be told (no systemd here, or it does not answer). */
export interface UnitState {
  active: boolean | null;
  /** systemd's own word: `active`, `activating`, `failed`, …; else why it can't be told. */
  detail: string;
}

/** systemctl(1), *is-active*: 0 where it is active, 3 and 4 where it is not. */
const NOT_ACTIVE: ReadonlySet<number | null> = new Set([3, 4]);

/**
 * Whether a systemd unit of the system is active. One that is just starting or reloading is taken
 * for active: to restart it would only set it back.
 */
export async function unitState(unit: string, timeout: number): Promise<UnitState> {
  const argv = ['systemctl', 'is-active', '--', unit] as const;
  const { exitCode, stdout, code, timedOut } = await runProbe(argv, { timeout });
  if (code === 'ENOENT') return { active: null, detail: 'there is no systemctl here' };
  if (timedOut) return { active: null, detail: 'systemctl does not answer' };
  const word = stdout.trim();
  if (exitCode === 0 || word === 'activating' || word === 'reloading') {
    return { active: true, detail: word };
  }
  if (NOT_ACTIVE.has(exitCode) && word !== '') return { active: false, detail: word };
  return { active: null, detail: 'systemctl can’t tell: is systemd what runs this machine?' };
}
