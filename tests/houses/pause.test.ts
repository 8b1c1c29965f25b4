import { expect, test } from 'vitest';
import { pausedText } from '../../lib/houses/pause.ts';

test('a house is paused by one line, and every other byte stays', () => {
  expect(pausedText('role: x # mine\n')).toBe('role: x # mine\npaused: true\n');
  expect(pausedText('role: x')).toBe('role: x\npaused: true\n');
  expect(pausedText('')).toBe('paused: true\n');
  expect(pausedText('paused: false\nrole: x\n')).toBe('paused: true\nrole: x\n');
  expect(pausedText('paused: true\n')).toBe('paused: true\n');
});

test('settings in braces are left to the person', () => {
  expect(pausedText('{role: x}\n')).toBeNull();
  expect(pausedText('role: [\n')).toBeNull();
});
