import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import LongestFirst from './tests/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    // One more than CI's two cores: some tests wait for cron, for a gateway, for a back-off.
    maxWorkers: 3,
    globalSetup: ['tests/support/temporary-folder.ts', 'tests/support/fresh-bundle.ts'],
    alias: { 'fast-check': join(import.meta.dirname, 'tests/support/seeded-check.ts') },
    // Generous: a loaded machine is no failure. Nothing asserts a time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    slowTestThreshold: 10_000,
    restoreMocks: true,
    unstubEnvs: true,
    sequence: { hooks: 'stack', sequencer: LongestFirst },
  },
});
