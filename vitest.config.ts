import { defineConfig } from 'vitest/config';

/**
 * Set by `.ci/run`: coverage is measured and bounded, the result is also written as JSON, and a missing real server is a
 * failure. A plain `npm test` stays quick and passes with Node alone.
 */
const gate = Boolean(process.env.FRONTDESK_GATE);

export default defineConfig({
  test: {
    include: ['{src,adapters,knowledge,web,scripts,bench,test}/**/*.test.{ts,tsx}'],
    globalSetup: ['test/global-setup.ts'],
    // Processes, not threads: tests start servers, change into folders and are killed in the middle on purpose.
    pool: 'forks',
    // One more than a small machine has processors: the flows mostly wait.
    maxWorkers: 3,
    // Generous: a test waits for a condition with its own, shorter deadline, and says what did not happen.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 15_000,
    slowTestThreshold: 2_000,
    allowOnly: !gate,
    reporters: gate ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/tests.json' },
    coverage: {
      enabled: gate,
      provider: 'v8',
      include: ['src/**/*.ts', 'adapters/**/*.ts', 'knowledge/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reportsDirectory: 'coverage',
      reporter: [['text', { skipFull: true }], 'text-summary', 'json-summary'],
      thresholds: { lines: 80 },
    },
  },
});
