import { describe, expect, test } from 'vitest';
import { alertKey, alertOf, isWanted, isWeighty } from '../../../lib/operations/alerts/alert.ts';
import { plainLine } from '../../../lib/operations/alerts/plain-line.ts';
import { sinkId, sinkLabel } from '../../../lib/operations/alerts/sink.ts';
import type { RecordedEvent } from '../../../lib/records/event.ts';

const event = (type: string, data: Record<string, unknown> = {}, task: string | null = null) =>
  ({ id: 1, time: 0, type, task, run: null, attempt: null, data }) satisfies RecordedEvent;

const say = (one: RecordedEvent, title: string | null = null, more = 0) =>
  alertOf('ezra', one, { title, more }).message;

test('a failure that is tried again is no news, one that stays is', () => {
  expect(isWeighty(event('task.failed', { final: false }))).toBe(false);
  expect(isWeighty(event('task.failed', { final: true }))).toBe(true);
});

test('what goes well, and alerts that fail, alert nobody', () => {
  for (const type of ['task.completed', 'service.up', 'alert.failed', 'system.info', 'new.type']) {
    expect(isWeighty(event(type))).toBe(false);
  }
});

test('a warning of self-monitor is news, one about a single run is not', () => {
  expect(isWeighty(event('system.warning', { code: 'disk', message: 'full' }))).toBe(true);
  expect(isWeighty(event('system.warning', { message: 'it goes ahead' }, 'T-1'))).toBe(false);
});

test('of messages those are news that wait for a person’s word', () => {
  const asks = (kind: string) => isWeighty(event('message.received', { kind }));
  expect(['decision', 'approval', 'alert', 'answer', 'request'].map(asks)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('a sink may name types, and beginnings of types', () => {
  const wants = (type: string) => isWanted(event(type), ['service.', 'task.completed']);
  expect(['service.up', 'task.completed', 'task.failed', 'services'].map(wants)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('an alert says what happened, to what, in which house', () => {
  const failed = event('task.failed', { final: true, reason: 'exit code 2' }, 'T-1');
  expect(say(failed, 'Sort the archive')).toBe(
    'ezra: T-1 “Sort the archive” failed and stays so: exit code 2',
  );
  expect(say(failed, null, 3)).toBe(
    'ezra: T-1 failed and stays so: exit code 2 (and 3 more since)',
  );
  expect(say(event('service.given_up', { service: 'gitea', restarts: 5, detail: 'gone' }))).toBe(
    'ezra: gitea stays down after 5 restarts; a person is needed: gone',
  );
});

test('the same thing has one key, another house, task or service another', () => {
  const down = event('service.down', { service: 'gitea', detail: 'one' });
  const keys = [
    alertKey(null, down),
    alertKey(null, event('service.down', { service: 'ollama' })),
    alertKey('ezra', down),
    alertKey('ezra', event('task.failed', {}, 'T-1')),
    alertKey('ezra', event('task.failed', {}, 'T-2')),
  ];
  expect(new Set(keys).size).toBe(5);
  expect(alertKey(null, event('service.down', { service: 'gitea', detail: 'two' }))).toBe(keys[0]);
});

test('what one house tells is not held back for what another told, nor for other words of its own', () => {
  const alert = (from: string, title: string) =>
    alertKey(
      'ezra',
      event('message.received', { kind: 'alert', from, title, message: title + from }),
    );
  const keys = [
    alert('allegro', 'disk'),
    alert('bezalel', 'disk'),
    alert('allegro', 'a leaked key'),
  ];
  expect(new Set(keys).size).toBe(3);
  expect(
    alertKey('ezra', event('message.received', { kind: 'alert', from: 'allegro', title: 'disk' })),
  ).toBe(keys[0]);
});

describe('what leaves the machine', () => {
  test('is one line that drives no terminal', () => {
    expect(plainLine('a\r\nb\u001b[2Jc\u202ed')).toBe('a b [2Jc d');
  });

  test('is short', () => {
    expect([...plainLine('😀'.repeat(5000))]).toHaveLength(1000);
  });

  test.each([
    'token 123456789:AAF0a-bcdefghijklmnopqrstuvwxyz_12345',
    'used sk-proj-0123456789abcdef',
    'Authorization: Bearer abcdef0123456789',
    'https://me:hunter22@git.example.com/x',
    'API_SERVER_KEY=abcdef0123456789',
    '{"password": "hunter22"}',
    'ghp_0123456789abcdefghij',
  ])('holds no key: %s', (text) => {
    const line = plainLine(text);
    expect(line).toContain('[secret]');
    expect(line).not.toMatch(/AAF0a|0123456789abcdef|abcdef0123456789|hunter22/);
  });

  test('says what plain words say', () => {
    const text = 'the key was not found: exit code 2, see https://example.com/token';
    expect(plainLine(text)).toBe(text);
  });
});

test('a sink is the place that it leads to, and its address is not shown', () => {
  const hook = { webhook: 'https://hooks.example.com/T0/secret' };
  expect(sinkId(hook)).toBe(sinkId({ ...hook, events: ['task.'] }));
  expect(sinkId(hook)).not.toBe(sinkId({ webhook: 'https://hooks.example.com/T0/other' }));
  expect(sinkLabel(hook)).toBe('webhook hooks.example.com');
  const ping = { ping: 'https://hc.example.com/uuid', job: 'dispatch' as const, wizard: 'ezra' };
  expect(sinkLabel(ping)).toBe('ping hc.example.com (ezra dispatch)');
});
