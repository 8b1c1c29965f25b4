import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeName } from '../../lib/core/names.ts';

test('an ordinary id stands as it is', () => {
  for (const id of ['TASK-001', 'a', 'v1.2_x', 'x'.repeat(64), 'TASK-1234567890']) {
    expect(safeName(id)).toBe(id);
  }
});

test('any other id becomes a slug with a hash', () => {
  expect(safeName('Bücher kaufen!')).toMatch(/^Bucher-kaufen\+[0-9a-f]{10}$/);
  expect(safeName('../../etc/passwd')).toMatch(/^etc-passwd\+[0-9a-f]{10}$/);
  expect(safeName('.hidden')).toMatch(/^hidden\+/);
  expect(safeName('')).toMatch(/^id\+/);
  expect(safeName('任务')).toMatch(/^id\+/);
  expect(safeName('x'.repeat(65))).toMatch(/^x{40}\+/);
});

test('a name is never hidden, never a path, and short', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (id) => {
      expect(safeName(id)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._+-]{0,63}$/);
    }),
  );
});

test('no two ids share a name, also where one looks like the name of the other', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      fc.pre(a !== b);
      expect(safeName(a)).not.toBe(safeName(b));
    }),
  );
  const made = safeName('a b');
  expect(safeName(made)).not.toBe(made);
});
