import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../lib/core/errors.ts';
import { readHouseSettings } from '../../lib/houses/read-settings.ts';
import { testHouse } from '../support/household.ts';

function read(yaml: string) {
  const { paths } = testHouse('');
  writeFileSync(paths.settings, yaml);
  return readHouseSettings(paths.settings);
}

function refusal(yaml: string): UserError {
  try {
    read(yaml);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was read');
}

test('an empty house.yaml is a house with its queue not adopted', () => {
  const settings = read('');
  expect(settings.queue).toMatchObject({ adopted: false, path: 'home/WORK-QUEUE.md' });
  expect(settings).toMatchObject({
    paused: false,
    concurrency: 1,
    timeout: 1_800_000,
    attempts: 3,
    backoff: 1000,
  });
});

test('durations are read in their units', () => {
  expect(read('timeout: 1h30m\nbackoff: 5s\n')).toMatchObject({
    timeout: 5_400_000,
    backoff: 5000,
  });
});

for (const [what, yaml, line, says] of [
  ['broken YAML', 'role: x\nqueue: {adopted: true\n', 3, 'expected YAML'],
  ['an unknown key', 'role: x\nconcurency: 3\n', 2, 'concurency'],
  ['a value of the wrong kind', 'role: x\n\nconcurrency: lots\n', 3, 'concurrency'],
  ['a duration that is none', 'timeout: soon\n', 1, 'expected a duration like 15m'],
  ['a deeper value', 'queue:\n  adopted: true\n  path: 7\n', 3, 'queue.path'],
] as const) {
  test(`${what} is refused with exit 78, the line and what was expected`, () => {
    const error = refusal(yaml);
    expect(error.exitCode).toBe(78);
    expect(error.message).toContain(says);
    expect(error.line).toBe(line);
    expect(error.file).toMatch(/house\.yaml$/);
  });
}

test('a file that doubles itself by aliases is refused', () => {
  expect(() => read('a: &a [1, 1]\nb: [*a, *a]\nrole: x\n')).toThrow();
});

test('a house.yaml of many kilobytes is refused before it is parsed', () => {
  expect(refusal(`role: "${'x'.repeat(100_000)}"\n`).message).toContain('at most 64 KB');
});

test('a queue elsewhere in the house is found by its path', () => {
  const { paths } = testHouse('', { settings: 'queue:\n  adopted: true\n  path: notes/todo.md\n' });
  expect(paths.queue).toBe(join(paths.house, 'notes/todo.md'));
});

test('an unknown key is told by its own name and line, each of them', () => {
  const { message, line } = refusal('role: x\n\nqueue:\n  adopted: true\n  pth: a\npausd: true\n');
  expect(line).toBe(5);
  expect(message).toBe('queue.pth: there is no such setting\n  pausd: there is no such setting');
});
