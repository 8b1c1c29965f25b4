import { errorCode } from '../core/errors.ts';
import { terminalJson } from './terminal-text.ts';

/** A stream that a command writes to. Who reads may go away (`robed list | head`): the rest is dropped. */
export interface Output {
  write(text: string): void;
  line(text: string): void;
  /** One JSON document, on a terminal indented; with `compact` always one line. */
  json(value: unknown, compact?: 'compact'): void;
  readonly terminal: boolean;
  /** Whether colours are wanted: a terminal and no NO_COLOR, or FORCE_COLOR. */
  readonly colors: boolean;
  /** Characters a line; Infinity off a terminal. */
  readonly columns: number;
  /** Aborted once nobody reads any more. */
  readonly closed: AbortSignal;
}

/**
 * `stream` is asked for at the first use: opening it takes a tenth of a tick that has nothing to say.
 * `lost` is told once where it takes nothing more, as on a full disk; the rest is dropped there too.
 */
export function openOutput(
  stream: () => NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
  lost: (error: Error) => void = () => {},
): Output {
  const closed = new AbortController();
  let opened: NodeJS.WriteStream | undefined;
  const open = () => {
    if (opened === undefined) {
      opened = stream();
      opened.on('error', (error) => {
        if (errorCode(error) !== 'EPIPE' && !closed.signal.aborted) lost(error);
        closed.abort();
      });
    }
    return opened;
  };
  const write = (text: string) => {
    if (!closed.signal.aborted) open().write(text);
  };
  return {
    write,
    line: (text) => write(`${text}\n`),
    json: (value, compact) => {
      const indent = !compact && open().isTTY ? 2 : undefined;
      write(`${terminalJson(value, indent)}\n`);
    },
    get terminal() {
      return open().isTTY === true;
    },
    get colors() {
      return wantsColors(open().isTTY === true, environment);
    },
    get columns() {
      return open().isTTY ? (open().columns ?? 80) : Number.POSITIVE_INFINITY;
    },
    closed: closed.signal,
  };
}

/** https://no-color.org: set and not empty means none. */
function wantsColors(terminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return terminal && environment['TERM'] !== 'dumb';
}
