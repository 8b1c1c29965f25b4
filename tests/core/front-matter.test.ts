import { expect, test } from 'vitest';
import { UserError } from '../../lib/core/errors.ts';
import { readFrontMatter, renderFrontMatter } from '../../lib/core/front-matter.ts';

test('a text without front matter is all body', () => {
  for (const text of [
    '',
    'x',
    '# T\n---\na: 1\n---\n',
    '----\na: 1\n----\n',
    '--- \nno end',
    '---',
  ]) {
    expect(readFrontMatter(text)).toEqual({ data: {}, body: text, bodyStart: 0 });
  }
});

test('data, body and where it starts', () => {
  expect(readFrontMatter('---\ntask: T-1\n---\n# Body\n---\n')).toEqual({
    data: { task: 'T-1' },
    body: '# Body\n---\n',
    bodyStart: 18,
  });
  expect(readFrontMatter('\ufeff---\r\ntask: T-1\r\n---\r\nx').data).toEqual({ task: 'T-1' });
  expect(readFrontMatter('---\n---\nx')).toEqual({ data: {}, body: 'x', bodyStart: 8 });
});

test('YAML 1.2: 010 is ten, dates and yes are text', () => {
  const { data } = readFrontMatter(
    '---\nmode: 010\nday: 2026-01-31\nat: 2026-01-31T09:00:00Z\nsure: yes\n---\n',
  );
  expect(data).toEqual({ mode: 10, day: '2026-01-31', at: '2026-01-31T09:00:00Z', sure: 'yes' });
});

test.each(['js', 'javascript', 'coffee', 'coffeescript', 'cson', 'json', 'toml', 'JS'])(
  '---%s is refused and never run',
  (language) => {
    const text = `---${language}\n{ a: (globalThis.stolen = true) }\n---\n`;
    expect(() => readFrontMatter(text)).toThrow(UserError);
    expect(globalThis).not.toHaveProperty('stolen');
  },
);

test('aliases are refused, so no bomb grows', () => {
  const bomb = ['---', 'a: &a [x, x]', 'b: &b [*a, *a]', 'c: [*b, *b]', '---', ''].join('\n');
  expect(() => readFrontMatter(bomb)).toThrow(/alias/i);
});

test('broken, listed, nested and endless front matter is an error with a line', () => {
  expect(() => readFrontMatter('---\na: 1\nb: [\n---\n')).toThrow(
    expect.objectContaining({ name: 'UserError', line: expect.any(Number) }),
  );
  expect(() => readFrontMatter('---\n- a\n---\n')).toThrow(UserError);
  expect(() => readFrontMatter(`---\na: ${'['.repeat(20_000)}\n---\n`)).toThrow(UserError);
  expect(() => readFrontMatter(`---\na: ${'x'.repeat(70_000)}\n---\n`)).toThrow(/longer than/);
});

test('the same broken text is refused each time', () => {
  for (let i = 0; i < 2; i++) expect(() => readFrontMatter('---\na: [\n---\n')).toThrow(UserError);
});

test('two readings share nothing', () => {
  const text = '---\na: 1\n---\n';
  readFrontMatter(text).data['a'] = 2;
  expect(readFrontMatter(text).data).toEqual({ a: 1 });
});

test('what was rendered is read back', () => {
  const data = {
    task: 'T-1',
    attempt: 2,
    note: 'a: b\n# c\n---\nd',
    list: ['x', '---'],
    none: null,
    day: '2026-01-31',
    octal: '010',
  };
  const body = '---\nbody: 1\n---\n';
  const read = readFrontMatter(renderFrontMatter(data, body));
  expect(read).toMatchObject({ data, body });
});

test('`__proto__` is a key like any other', () => {
  const { data } = readFrontMatter('---\n__proto__:\n  polluted: true\n---\n');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
});
