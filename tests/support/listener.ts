import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

export interface Heard {
  method: string;
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Take the request, and say nothing. */
  hold?: boolean;
}

/** A real HTTP server that notes what it hears; gone when the test has finished. */
export async function listener(
  answer: (heard: Heard) => Answer = () => ({}),
): Promise<{ url: string; heard: Heard[]; stop(): Promise<void> }> {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
    heard.push(one);
    const { status = 200, headers: more = {}, body = '', hold = false } = answer(one);
    if (!hold) response.writeHead(status, more).end(body);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${port}`, heard, stop };
}
