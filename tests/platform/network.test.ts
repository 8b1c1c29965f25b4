import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isListening, listenersOf } from '../../lib/platform/network.ts';
import { freePort } from '../support/free-port.ts';

async function listenAt(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as { port: number }).port;
}

test.each(['127.0.0.1', '0.0.0.0'])('who listens at %s is seen', async (host) => {
  const port = await listenAt(host);
  expect(await isListening(port)).toBe(true);
});

test('a port that nobody listens at is free', async () => {
  const port = await freePort();
  expect(await isListening(port)).toBe(false);
  expect(listenersOf(port)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('the process that listens is named', async () => {
  const port = await listenAt('127.0.0.1');
  expect(listenersOf(port)).toEqual([{ pid: process.pid, command: expect.any(String) }]);
});
