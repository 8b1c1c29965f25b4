import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

/** Below what the kernel gives to whoever asks for any port: it may give such a one away at once. */
const FIRST = 21_000;

/** So many for each of the processes that run tests at once. */
const SHARE = 1000;
const SHARES = 7;

let given = Math.floor(Math.random() * SHARE);

/** A port that nobody listens on, nor gets by chance. */
export async function freePort(): Promise<number> {
  const share = Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES;
  for (let tried = 0; tried < SHARE; tried++) {
    const port = FIRST + share * SHARE + (given++ % SHARE);
    const server = await listen(port).catch(() => null);
    if (server === null) continue;
    await server.close();
    return port;
  }
  throw new Error('no port is free');
}

/** Somebody else's server on a port, which answers everything with `body`, until the test ends. */
export async function squat(port: number, body: string): Promise<{ requests(): number }> {
  const server = await listen(port, body);
  onTestFinished(server.close);
  return server;
}

async function listen(wanted: number, body = '') {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.setHeader('content-type', 'application/json');
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(wanted, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, close, requests: () => requests };
}
