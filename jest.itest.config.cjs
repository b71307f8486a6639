const preset = require('./jest.preset.cjs');

/** The tests on real parts (`*.itest.ts`), all packages in one run, with one Kafka and one Temporal server for all. */
module.exports = {
  ...preset,
  displayName: 'itest',
  rootDir: __dirname,
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/tools'],
  testMatch: ['**/src/**/*.itest.ts'],
  globalSetup: './tools/devstack/src/itest-setup.cjs',
  globalTeardown: './tools/devstack/src/itest-teardown.cjs',
  testTimeout: 60_000,
  // As many as a small machine has processors. Three take four minutes less in all, and some files three times as long.
  maxWorkers: 2,
};
