import { expect, test } from 'vitest';
import { parseQueue } from '../../lib/queue/parse.ts';

const read = (...lines: string[]) => parseQueue(`---\n${lines.join('\n')}\n---\n# Q\n`);

test('each default is read in its own unit', () => {
  const { defaults, findings } = read(
    'concurrency: 3',
    'timeout: 90m',
    'attempts: "5"',
    'body: Hermes # mine',
    'paused: yes',
    'ids: never',
  );
  expect(defaults).toEqual({
    concurrency: 3,
    timeout: 5_400_000,
    attempts: 5,
    body: 'hermes',
    paused: true,
    ids: 'never',
  });
  expect(findings).toEqual([]);
});

test('`off` and `no` are not paused', () => {
  for (const word of ['off', 'no', 'false', 'False'])
    expect(read(`paused: ${word}`).defaults.paused).toBe(false);
  for (const word of ['on', 'yes', 'true', 'TRUE'])
    expect(read(`paused: ${word}`).defaults.paused).toBe(true);
});

test('what can’t be understood sets nothing and is told with its line', () => {
  const { defaults, findings } = read(
    'title: mine',
    'concurrency: many',
    'timeout: 0s',
    'ids: sometimes',
  );
  expect(defaults).toEqual({});
  expect(findings.map(({ code, line }) => [code, line])).toEqual([
    ['bad-default', 3],
    ['bad-default', 4],
    ['bad-default', 5],
  ]);
});

test('keys of others, deeper lines and the body of the file set nothing', () => {
  const doc = parseQueue('---\ntags:\n  concurrency: 9\nauthor: x\n---\npaused: true\n');
  expect(doc.defaults).toEqual({});
  expect(doc.findings).toEqual([]);
});

test('CRLF and a BOM are no part of a value', () => {
  expect(parseQueue('\ufeff---\r\npaused: true\r\n---\r\n').defaults).toEqual({ paused: true });
});
