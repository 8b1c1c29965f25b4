import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../lib/operations/alerts/alert.ts';
import { deliver } from '../../../lib/operations/alerts/deliver.ts';
import type { Sink } from '../../../lib/operations/alerts/sink.ts';
import { freePort } from '../../support/free-port.ts';
import { emptyHousehold } from '../../support/household-database.ts';
import { type Heard, listener } from '../../support/listener.ts';
import { treeOf } from '../../support/tree.ts';

const NOW = 1_000_000;

const ALERT: Alert = {
  version: 1,
  time: '2026-11-21T02:10:00.000Z',
  type: 'task.failed',
  host: 'vps1',
  wizard: 'ezra',
  task: 'T-1',
  message: 'ezra: T-1 failed *and* <b>stays</b> so',
  more: 0,
};

function giving(environment: NodeJS.ProcessEnv = {}, timeoutMs = 5000) {
  const { root } = emptyHousehold();
  const clock = { now: () => NOW, monotonic: () => 0 };
  const means = {
    root,
    clock,
    environment: { PATH: process.env['PATH'], ...environment },
    timeoutMs,
  };
  return { root, give: (sink: Sink, alert = ALERT) => deliver(sink, alert, means) };
}

describe('a file', () => {
  test('gets one line of JSON an alert, and only its owner reads it', async () => {
    const { root, give } = giving();
    for (const _ of [1, 2]) expect((await give({ file: 'logs/a.jsonl' })).type).toBe('delivered');
    const path = join(root, 'logs', 'a.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([ALERT, ALERT]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each(['', '{"ver', '{"version":1,"ti'])(
    'that ends in %j gets a line of its own',
    async (end) => {
      const { root, give } = giving();
      const path = join(root, 'alerts.jsonl');
      writeFileSync(path, end);
      expect(await give({ file: 'alerts.jsonl' })).toEqual({ type: 'delivered' });
      expect(JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '')).toEqual(
        ALERT,
      );
    },
  );

  test.each(['../out.jsonl', '/tmp/out.jsonl', 'link/out.jsonl'])(
    'outside the household is refused: %s',
    async (file) => {
      const { root, give } = giving();
      mkdirSync(join(root, 'logs'));
      symlinkSync(tmpdir(), join(root, 'link'));
      expect(await give({ file })).toMatchObject({ type: 'failed' });
    },
  );
});

describe('a file of others', () => {
  const QUEUE = 'wizards/ezra/home/WORK-QUEUE.md';

  test.each([
    [QUEUE, 'wizards'],
    ['wizards/ezra/home/completed/T-9.txt', 'wizards'],
    ['./logs/../wizards/ezra/logs/alerts.jsonl', 'wizards'],
    ['retired/ezra/alerts.jsonl', 'retired'],
    ['robed.yaml', 'robed.yaml'],
    ['household.db', 'household.db'],
    ['household.db-wal', 'household.db-wal'],
    ['mine/alerts.jsonl', 'wizards'],
    ['notes.md', 'empty or a file of alerts'],
    ['key.json', 'empty or a file of alerts'],
    ['queue', 'not in wizards'],
    ['dangling', 'inside the household'],
    ['logs', 'a plain file'],
    ['pipe', 'a plain file'],
  ])('is not appended to: %s', async (file, reason) => {
    const { root, give } = giving();
    mkdirSync(join(root, 'wizards', 'ezra', 'home'), { recursive: true });
    mkdirSync(join(root, 'logs'), { recursive: true });
    writeFileSync(join(root, QUEUE), '# Queue\n');
    writeFileSync(join(root, 'notes.md'), 'Mine.\n');
    writeFileSync(join(root, 'key.json'), '{"key": "k"}\n');
    symlinkSync('wizards/ezra', join(root, 'mine'));
    symlinkSync(QUEUE, join(root, 'queue'));
    symlinkSync('wizards/ezra/home/new', join(root, 'dangling'));
    spawnSync('mkfifo', [join(root, 'pipe')]);
    const before = treeOf(root);
    const delivery = await give({ file });
    expect(delivery).toMatchObject({ type: 'failed' });
    expect(JSON.stringify(delivery)).toContain(reason);
    expect(treeOf(root)).toEqual(before);
  });

  test.each(['alerts.jsonl', 'my/own/place.jsonl', 'logs/new.jsonl', 'empty'])(
    'a place of one’s own is one: %s',
    async (file) => {
      const { root, give } = giving();
      writeFileSync(join(root, 'empty'), '');
      for (const _ of [1, 2]) expect(await give({ file })).toEqual({ type: 'delivered' });
    },
  );
});

describe('a command', () => {
  test('gets the alert on its standard input, and no environment of ours', async () => {
    const { root, give } = giving({ SECRET_OF_OURS: 'x' });
    const script = 'cat > got; env > environment';
    expect(await give({ command: ['sh', '-c', script] })).toEqual({ type: 'delivered' });
    expect(JSON.parse(readFileSync(join(root, 'got'), 'utf8'))).toEqual(ALERT);
    expect(readFileSync(join(root, 'environment'), 'utf8')).not.toContain('SECRET_OF_OURS');
  });

  test('gets its arguments as they are, with no shell between', async () => {
    const { root, give } = giving();
    await give({ command: ['sh', '-c', 'printf %s "$1" > got', 'sh', '$(touch x); `y`'] });
    expect(readFileSync(join(root, 'got'), 'utf8')).toBe('$(touch x); `y`');
  });

  test.each<[string, [string, ...string[]], string]>([
    ['fails', ['sh', '-c', 'exit 3'], 'it ended with exit code 3'],
    ['is not there', ['no-such-program'], 'its program is not there'],
    ['takes too long', ['sh', '-c', 'sleep 600 & sleep 600'], 'it took too long'],
    ['does not read', ['true'], ''],
  ])('that %s is told so', async (_, command, reason) => {
    const { give } = giving({}, 500);
    const delivery = await give({ command });
    expect(delivery).toEqual(reason === '' ? { type: 'delivered' } : { type: 'failed', reason });
  });
});

describe('a webhook', () => {
  const hook = async (status: number, headers: Record<string, string> = {}) => {
    const { url, heard } = await listener(() => ({ status, headers }));
    const delivery = await giving().give({ webhook: `${url}/hook?key=k` });
    return { delivery, heard };
  };

  test('gets the alert as JSON by POST', async () => {
    const { delivery, heard } = await hook(204);
    expect(delivery).toEqual({ type: 'delivered' });
    expect(heard).toMatchObject([{ method: 'POST', path: '/hook?key=k' }]);
    expect(heard[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(ALERT);
  });

  test.each([
    [500, 'failed'],
    [401, 'failed'],
    [302, 'failed'],
    [400, 'refused'],
    [413, 'refused'],
  ])('that answers %i: %s', async (status, type) => {
    expect((await hook(status)).delivery).toMatchObject({ type });
  });

  test('that has taken it and talks on, much or without end, is not told again', async () => {
    const { url } = await listener(() => ({ body: 'x'.repeat(3 * 1024 * 1024) }));
    expect(await giving().give({ webhook: url })).toEqual({ type: 'delivered' });
    const endless = createServer((request, response) => {
      request.resume();
      response.writeHead(200).write('a');
    }).listen(0, '127.0.0.1');
    await once(endless, 'listening');
    const { port } = endless.address() as AddressInfo;
    const delivery = await giving().give({ webhook: `http://127.0.0.1:${port}/` });
    endless.closeAllConnections();
    endless.close();
    expect(delivery).toEqual({ type: 'delivered' });
  });

  test('that asks to wait is waited for', async () => {
    const { delivery } = await hook(429, { 'retry-after': '30' });
    expect(delivery).toMatchObject({ type: 'failed', until: NOW + 30_000 });
  });

  test('that says nothing costs no more than its time, and its address is not told', async () => {
    const { url } = await listener(() => ({ hold: true }));
    const delivery = await giving({}, 200).give({ webhook: `${url}/very-secret` });
    expect(delivery).toMatchObject({ type: 'failed' });
    const gone = await giving().give({
      webhook: `http://127.0.0.1:${await freePort()}/very-secret`,
    });
    expect(JSON.stringify([delivery, gone])).not.toContain('very-secret');
  });
});

describe('Telegram', () => {
  const TOKEN = '123456789:AAF0a-bcdefghijklmnopqrstuvwxyz_12345';

  /** What the Bot API documents: `{ok, result}`, or `{ok, error_code, description, parameters?}`. */
  const botApi = (heard: Heard) => {
    const refuse = (status: number, description: string, parameters?: object) => ({
      status,
      body: JSON.stringify({ ok: false, error_code: status, description, parameters }),
    });
    if (heard.path !== `/bot${TOKEN}/sendMessage`) return refuse(401, 'Unauthorized');
    const { chat_id, text } = JSON.parse(heard.body) as Record<string, string>;
    if (chat_id === 'nobody') return refuse(400, 'Bad Request: chat not found');
    if (chat_id === 'busy')
      return refuse(429, 'Too Many Requests: retry after 17', { retry_after: 17 });
    if (!text) return refuse(400, 'Bad Request: message text is empty');
    if (text.length > 4096) return refuse(400, 'Bad Request: message is too long');
    return { body: JSON.stringify({ ok: true, result: { message_id: 1 } }) };
  };

  const bot = async (chat: string, message = ALERT.message, token = TOKEN) => {
    const { url, heard } = await listener(botApi);
    const { give } = giving({ BOT_TOKEN: token });
    const sink = { telegram: { chat, token: { env: 'BOT_TOKEN' }, api: `${url}/` } };
    return { delivery: await give(sink, { ...ALERT, message }), heard };
  };

  test('gets the message as plain text, for nothing in it is markup', async () => {
    const { delivery, heard } = await bot('42');
    expect(delivery).toEqual({ type: 'delivered' });
    const sent = JSON.parse(heard[0]?.body ?? '');
    expect(sent).toMatchObject({ chat_id: '42', text: ALERT.message });
    expect(sent).not.toHaveProperty('parse_mode');
  });

  test.each(['short:x', TOKEN])(
    'never has its token told, whatever the other side says of %s',
    async (token) => {
      const { url } = await listener(({ path }) => ({
        status: 404,
        body: JSON.stringify({ ok: false, description: `\u001b[2Jno route ${path}` }),
      }));
      const { give } = giving({ BOT_TOKEN: token });
      const delivery = await give({
        telegram: { chat: '4', token: { env: 'BOT_TOKEN' }, api: url },
      });
      expect(JSON.stringify(delivery)).toContain('no route');
      expect(JSON.stringify(delivery)).not.toContain(token);
      expect(JSON.stringify(delivery)).not.toContain('u001b');
    },
  );

  test('gets no more than it takes, and no half character', async () => {
    const { delivery, heard } = await bot('42', `x${'😀'.repeat(4000)}`);
    expect(delivery).toEqual({ type: 'delivered' });
    const { text } = JSON.parse(heard[0]?.body ?? '') as { text: string };
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(text.isWellFormed()).toBe(true);
  });

  test('is waited for as long as it asks', async () => {
    expect((await bot('busy')).delivery).toEqual({
      type: 'failed',
      reason: 'it asks to wait',
      until: NOW + 17_000,
    });
  });

  test('with a wrong chat or token is tried again, for that is mended in robed.yaml', async () => {
    expect((await bot('nobody')).delivery).toMatchObject({
      type: 'failed',
      reason: 'it answered 400 (Bad Request: chat not found)',
    });
    const wrong = await bot('42', 'x', TOKEN.replace('1', '2'));
    expect(wrong.delivery).toMatchObject({ type: 'failed' });
    expect(JSON.stringify(wrong.delivery)).not.toContain('AAF0a');
  });

  test('that does not take a message is not asked again for that one', async () => {
    expect((await bot('42', '')).delivery).toMatchObject({ type: 'refused' });
  });

  test('with a token that is no token is asked nothing', async () => {
    const { delivery, heard } = await bot('42', 'x', '../../evil');
    expect([delivery.type, heard]).toEqual(['failed', []]);
  });

  test('whose token lies open is asked nothing', async () => {
    const { url, heard } = await listener(botApi);
    const { root, give } = giving();
    const sink = { telegram: { chat: '42', token: { file: 'bot.token' }, api: url } };
    expect(await give(sink)).toMatchObject({ reason: 'there is no file bot.token' });
    writeFileSync(join(root, 'bot.token'), `${TOKEN}\n`, { mode: 0o644 });
    expect((await give(sink)) as object).toMatchObject({
      reason: expect.stringContaining('chmod 600 bot.token'),
    });
    expect(heard).toEqual([]);
    chmodSync(join(root, 'bot.token'), 0o600);
    expect(await give(sink)).toEqual({ type: 'delivered' });
  });
});
