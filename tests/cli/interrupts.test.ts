import { expect, test } from 'vitest';
import { onInterrupt } from '../../lib/cli/interrupts.ts';

test('signals that come together are one press, what comes later is the next', () => {
  let now = 1000;
  const seen: [number, string][] = [];
  const stop = onInterrupt(
    () => now,
    (count, signal) => seen.push([count, signal]),
  );
  try {
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    now += 299;
    process.emit('SIGTERM', 'SIGTERM');
    expect(seen).toEqual([[1, 'SIGINT']]);
    now += 1;
    process.emit('SIGTERM', 'SIGTERM');
    expect(seen).toEqual([
      [1, 'SIGINT'],
      [2, 'SIGTERM'],
    ]);
  } finally {
    stop();
  }
  expect(process.listenerCount('SIGINT')).toBe(0);
});
