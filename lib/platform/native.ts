import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { systemError } from './faults.ts';

/** The few calls that Node has no door to. Null where koffi or the system lacks them. */
interface Native {
  exchange: ((a: string, b: string) => number) | null;
  fcntl: ((fd: number, command: number, argument: number) => number) | null;
  errno(): number;
}

type NativeFunction = (...args: unknown[]) => number;

const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2; // renameat2(2)
const RENAME_SWAP = 2; // renamex_np(2), macOS
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;

/** Codes by which a kernel or filesystem says that it has no such thing. */
const UNSUPPORTED = new Set(['ENOSYS', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

let native: Native | undefined;

/**
 * Swaps two existing files in one instant. False where kernel or filesystem has no such call;
 * any other failure throws as Node's fs would.
 */
export function exchange(a: string, b: string): boolean {
  const { exchange: swap, errno } = load();
  if (!swap) return false;
  if (swap(a, b) === 0) return true;
  const code = getSystemErrorName(-errno());
  if (UNSUPPORTED.has(code)) return false;
  throw systemError(code, 'exchange', a);
}

/**
 * Does anybody hold this file open for writing? `fd` is open for reading only. Null: can't tell.
 * A read lease is refused while there is a writer (fcntl(2), Linux); it is given back at once.
 */
export function hasWriter(fd: number): boolean | null {
  const { fcntl, errno } = load();
  if (!fcntl) return null;
  tolerateLeaseBreak();
  if (fcntl(fd, F_SETLEASE, F_RDLCK) !== 0) {
    return getSystemErrorName(-errno()) === 'EAGAIN' ? true : null;
  }
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return false;
}

const functions = new Map<string, NativeFunction | null>();

/** A function of the C library, by its prototype; null where there is none or it can't be called. */
export function nativeFunction(prototype: string): NativeFunction | null {
  // Once each: koffi keeps some kilobytes for every time that it is asked.
  const known = functions.get(prototype);
  if (known !== undefined) return known;
  const found = findFunction(prototype);
  functions.set(prototype, found);
  return found;
}

function findFunction(prototype: string): NativeFunction | null {
  try {
    return loadKoffi().load(null).func(prototype) as unknown as NativeFunction;
  } catch {
    return null;
  }
}

/** Somebody who opens the file during the lease sends SIGIO, whose default is to kill. */
function tolerateLeaseBreak(): void {
  if (process.listenerCount('SIGIO') === 0) process.on('SIGIO', () => {});
}

function load(): Native {
  native ??= bind();
  return native;
}

type Koffi = Pick<typeof import('koffi'), 'load' | 'errno'>;

/** Loading takes some ms, so only who needs it pays; `require` because callers are synchronous. */
function bind(): Native {
  try {
    const koffi = loadKoffi();
    const libc = koffi.load(null);
    const find = (definition: string): NativeFunction | null => {
      try {
        return libc.func(definition) as unknown as NativeFunction;
      } catch {
        return null;
      }
    };
    return { ...bindSystem(find), errno: () => koffi.errno() };
  } catch {
    return { exchange: null, fcntl: null, errno: () => 0 };
  }
}

/**
 * koffi's own addon where it lies beside it: what koffi puts around that takes 8 ms to load, more
 * than all else that a tick loads, and gives it conveniences that are not used here.
 */
function loadKoffi(): Koffi {
  const require = createRequire(import.meta.url);
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      const addon = require('@koromix/koffi-linux-x64/linux_x64/koffi.node') as Koffi;
      if (typeof addon.load === 'function' && typeof addon.errno === 'function') return addon;
    } catch {
      // Another libc, or another layout of the packages.
    }
  }
  return require('koffi') as Koffi;
}

function bindSystem(find: (definition: string) => NativeFunction | null): Omit<Native, 'errno'> {
  if (process.platform === 'darwin') {
    const rename = find('int renamex_np(const char *from, const char *to, unsigned int flags)');
    return { exchange: rename && ((a, b) => rename(a, b, RENAME_SWAP)), fcntl: null };
  }
  if (process.platform !== 'linux') return { exchange: null, fcntl: null };
  const rename = find(
    'int renameat2(int fromdir, const char *from, int todir, const char *to, unsigned int flags)',
  );
  return {
    exchange: rename && ((a, b) => rename(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE)),
    fcntl: find('int fcntl(int fd, int command, int argument)'),
  };
}
