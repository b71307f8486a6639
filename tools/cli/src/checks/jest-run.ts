import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type CheckOutcome, type Section } from './check.js';
import { readManifests } from './manifests.js';
import { runTool } from './tool.js';

/** How many of those on real servers run side by side is in their configuration. */
const UNIT_WORKERS = 2;

/** The part of jest's JSON report that is counted. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  /** Files that could not even be run: their tests are not among the failed ones. */
  readonly numRuntimeErrorTestSuites: number;
}

export function countReport(report: JestReport | undefined, exitedWell: boolean): CheckOutcome {
  if (report === undefined) return { passed: 0, failed: 1, output: 'jest ended without a report' };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // A setup that fails, or no test at all, is a failure that no test shows.
  const silent = failed === 0 && (!exitedWell || report.numPassedTests === 0);
  return {
    passed: report.numPassedTests,
    failed: silent ? 1 : failed,
    skipped: report.numPendingTests,
    output: silent ? 'jest failed without a failed test' : '',
  };
}

const jestRun = (section: Section, title: string, args: (root: string) => string[]): Check => ({
  section,
  title,
  isLive: true,
  async run({ root, stateDir }) {
    const file = join(stateDir, 'test', `${section}.json`);
    mkdirSync(join(file, '..'), { recursive: true });
    rmSync(file, { force: true });
    const common = ['--ci', '--json', '--outputFile', file, '--silent'];
    const { ok } = await runTool(root, 'jest/bin/jest.js', [...common, ...args(root)], {
      live: true,
      quietStdout: true,
    });
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestReport) : undefined;
    return countReport(report, ok);
  },
});

export const unit: Check = jestRun('unit', 'unit, property and replay tests', (root) => [
  '--maxWorkers',
  String(UNIT_WORKERS),
  '--projects',
  ...readManifests(root)
    .map(({ folder }) => folder)
    .filter((folder) => folder !== '' && existsSync(join(root, folder, 'jest.config.cjs'))),
]);

export const integration: Check = jestRun('integration', 'tests on real servers', () => [
  '--config',
  'jest.itest.config.cjs',
  // A test that fails half-way may leave a client open: its failure is to be read, not waited behind.
  '--forceExit',
]);
