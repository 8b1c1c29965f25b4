import { expect, test } from 'vitest';
import { killAtSeam } from './seam.ts';

const MINUTES = 60_000;

test.each(['heartbeat', 'progress-report', 'crontab-install', 'send'])(
  '%s: killed before any of its calls, it is done again and comes to the same',
  { timeout: 5 * MINUTES },
  async (scenario) => {
    const deadline = performance.now() + 4 * MINUTES;
    const { tried, failures } = await killAtSeam({ seed: 1, points: 1000, deadline, scenario });
    expect(failures.map(({ what, replay }) => `${what}\n${replay}`)).toEqual([]);
    expect(tried).toBeGreaterThan(5);
  },
);
