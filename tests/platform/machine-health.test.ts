import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { machineHealth, parseMeminfo } from '../../lib/platform/machine-health.ts';

test('the machine that this runs on has some room', () => {
  const { disk, memory } = machineHealth(tmpdir());
  for (const { free, total, share } of [disk, memory]) {
    expect(free).toBeGreaterThan(0);
    expect(total).toBeGreaterThanOrEqual(free);
    expect(share).toBeCloseTo(free / total);
  }
});

test('memory is what a new program could get, caches included', () => {
  const text = 'MemTotal:        1000 kB\nMemFree:           10 kB\nMemAvailable:     250 kB\n';
  expect(parseMeminfo(text)).toEqual({ free: 256_000, total: 1_024_000, share: 0.25 });
});

test('a kernel that does not say is not guessed at', () => {
  expect(parseMeminfo('MemTotal: 1000 kB\nMemFree: 10 kB\n')).toBeNull();
});

test('a path that is not there is an error, not a full disk', () => {
  expect(() => machineHealth('/no/such/folder')).toThrow('ENOENT');
});
