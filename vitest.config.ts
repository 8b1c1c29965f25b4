import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['tests/support/temporary-folder.ts'],
    // Generous: a loaded machine is no failure. Nothing asserts a time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    slowTestThreshold: 10_000,
    restoreMocks: true,
    unstubEnvs: true,
    sequence: { hooks: 'stack' },
  },
});
