import { request } from 'node:http';

export interface EventStream {
  headers: Record<string, string>;
  /** Milliseconds without a byte after which it counts as gone; servers send comments meanwhile. */
  idleMs: number;
  /** Called with the data of each event, in order; never with a comment. */
  onData: (data: string) => void;
}

/** A longer line is no event that anybody waits for. */
const MAX_LINE = 1024 * 1024;

/**
 * Reads a stream of server-sent events over plain http to its end. Resolves then, and as well where
 * it breaks off or never begins: who needs to be sure of something asks for it afterwards.
 */
export function readEvents(url: string, { headers, idleMs, onData }: EventStream): Promise<void> {
  return new Promise((resolve) => {
    const asked = request(
      new URL(url),
      { agent: false, headers: { accept: 'text/event-stream', ...headers } },
      (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          const lines = `${rest}${piece}`.split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line.startsWith('data:')) onData(line.slice(5).trim());
          if (rest.length > MAX_LINE) asked.destroy();
        });
        response.on('close', resolve);
      },
    );
    asked.setTimeout(idleMs, () => asked.destroy());
    asked.on('error', () => resolve());
    asked.on('close', resolve);
    asked.end();
  });
}
