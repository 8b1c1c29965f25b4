import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const { port, close } = await listen(0);
  await close();
  return port;
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
