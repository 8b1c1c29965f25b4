import { getSystemErrorMap } from 'node:util';

/** Called before every call that changes something; may throw, kill the process, or look at the disk. */
export type FaultHook = (operation: string, path: string) => void;

let hook: FaultHook | null | undefined;

/**
 * Every mutating call of this room passes here first. Does nothing unless a test armed a hook, or
 * `ROBED_FAULT_SEAM=1` and `ROBED_FAULT` says so: `kill:N` ends the process by SIGKILL before the
 * N-th call (1-based), `error:EIO:N` makes that call fail.
 */
export function step(operation: string, path: string): void {
  if (hook === null) return;
  if (hook === undefined) hook = hookFromEnvironment();
  hook?.(operation, path);
}

/** For tests: the hook from now on; null disarms. */
export function armFaults(next: FaultHook | null): void {
  hook = next;
}

/** A hook that calls `act` before the `at`-th step (1-based) and lets every other one pass. */
export function atStep(at: number, act: FaultHook): FaultHook {
  let count = 0;
  return (operation, path) => {
    count += 1;
    if (count === at) act(operation, path);
  };
}

/** An error as Node's fs would throw it: `code`, `errno`, `syscall`, `path`. */
export function systemError(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  const [errno, text] = known(code);
  const message = `${code}: ${text}, ${syscall} '${path}'`;
  return Object.assign(new Error(message), { code, errno, syscall, path });
}

function known(code: string): [errno: number | undefined, text: string] {
  for (const [errno, [name, text]] of getSystemErrorMap()) if (name === code) return [errno, text];
  return [undefined, 'failed'];
}

function hookFromEnvironment(): FaultHook | null {
  const { ROBED_FAULT_SEAM, ROBED_FAULT = '' } = process.env;
  if (ROBED_FAULT_SEAM !== '1') return null;
  const [kind, ...rest] = ROBED_FAULT.split(':');
  const at = Number(rest.at(-1));
  if (kind === 'kill') return atStep(at, () => process.kill(process.pid, 'SIGKILL'));
  if (kind === 'error') {
    return atStep(at, (operation, path) => {
      throw systemError(rest[0] ?? 'EIO', operation, path);
    });
  }
  return null;
}
