import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { readEvents } from '../../lib/platform/event-stream.ts';
import { requestText } from '../../lib/platform/http-client.ts';
import { freePort } from '../support/free-port.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('gives status, headers and text, whatever the status', async () => {
  const url = await serve((request, response) => {
    response.writeHead(418, { 'x-method': request.method });
    request.pipe(response);
  });
  expect(await requestText(`${url}/x`, { timeoutMs: 5000 })).toMatchObject({
    status: 418,
    headers: { 'x-method': 'GET' },
    text: '',
  });
  const posted = await requestText(url, { body: 'grüße', timeoutMs: 5000 });
  expect(posted).toMatchObject({ headers: { 'x-method': 'POST' }, text: 'grüße' });
});

it('follows no redirect, which would take a key along', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const headers = { authorization: 'Bearer secret' };
  expect(await requestText(url, { headers, timeoutMs: 5000 })).toMatchObject({ status: 302 });
  expect(asked).toBe(1);
});

it('waits no longer than it was told to, also for an answer that trickles', async () => {
  const silent = await serve(() => {});
  expect(await requestText(silent, { timeoutMs: 50 })).toMatchObject({ code: 'HTTP_TIMEOUT' });
  const trickling = await serve((_request, response) => {
    const timer = setInterval(() => response.write('.'), 10);
    response.on('close', () => clearInterval(timer));
  });
  expect(await requestText(trickling, { timeoutMs: 200 })).toMatchObject({ code: 'HTTP_TIMEOUT' });
});

it('reads no more than it was told to', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(5000)));
  expect(await requestText(url, { timeoutMs: 5000, maxBytes: 2048 })).toEqual({
    error: 'its answer is longer than 2 KB',
    code: 'HTTP_TOO_LONG',
  });
  expect(await requestText(url, { timeoutMs: 5000, maxBytes: 5000 })).toMatchObject({
    status: 200,
  });
});

it('says why there was no answer, and never rejects', async () => {
  const ask = (url: string, headers = {}) => requestText(url, { headers, timeoutMs: 5000 });
  expect(await ask(`http://127.0.0.1:${await freePort()}`)).toEqual({
    error: 'nothing listens there (connection refused)',
    code: 'ECONNREFUSED',
  });
  expect(await ask('not an address')).toMatchObject({ code: 'ERR_INVALID_URL' });
  expect(await ask('http://127.0.0.1:9/', { evil: 'a\r\nb: c' })).toMatchObject({
    error: expect.any(String),
  });
  const tcp = createTcpServer((socket) => socket.end('no HTTP at all\r\n\r\n'));
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void tcp.close());
  const { port } = tcp.address() as AddressInfo;
  expect(await ask(`http://127.0.0.1:${port}`)).toMatchObject({ error: expect.any(String) });
});

it('reads events to the end of their stream, and no comments', async () => {
  const url = await serve((_request, response) => {
    response.write(': hello\n\ndata: {"a"');
    setTimeout(() => response.end(': 1}\n\nevent: x\ndata: 2\n\n: stream closed\n\n'), 20);
  });
  const data: string[] = [];
  await readEvents(url, { headers: {}, idleMs: 5000, onData: (one) => data.push(one) });
  expect(data).toEqual(['{"a": 1}', '2']);
});

it('ends where a stream breaks off, falls silent or never was', async () => {
  const broken = await serve((_request, response) => {
    response.write('data: 1\n\n', () => response.socket?.destroy());
  });
  const silent = await serve((_request, response) => void response.write('data: 2\n\n'));
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const data: string[] = [];
  for (const url of [broken, silent, nobody]) {
    await readEvents(url, { headers: {}, idleMs: 200, onData: (one) => data.push(one) });
  }
  expect(data).toEqual(['1', '2']);
});

it('ends where the other side wants to go on in another protocol', async () => {
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await requestText(url, { timeoutMs: 5000 })).toMatchObject({ status: 101, text: '' });
});
