import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePrometheus, runCommand } from '@vecino/devstack';
import { METRICS } from '@vecino/telemetry';
import { counted, type Duration, oneOf, series } from '@vecino/telemetry/promql';
import { allowedToMiss, burnRate, judgedWithin, recordedWithin } from '@vecino/telemetry/slo';
import { stringify } from 'yaml';
import { OBJECTIVES } from './objectives.js';
import { ACME, growing, OF_ACME, sampled, type Series } from './testing/alert-case.js';
import { writeRules } from './write-rules.js';

// Prometheus is unpacked on the first run on a machine.
jest.setTimeout(300_000);

const STATE = 'vecino.deployment.state';
const ended = (state: 'SUCCEEDED' | 'FAILED') =>
  sampled(METRICS.deploymentsEnded, { ...ACME, [STATE]: state });
const failures = series(METRICS.deploymentsEnded, { [STATE]: oneOf('FAILED') });

const folder = mkdtempSync(join(tmpdir(), 'vecino-counting-'));
let promtool: string;
beforeAll(async () => {
  ({ promtool } = await preparePrometheus());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Question {
  readonly expr: string;
  /** Of the one series of the answer. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a Prometheus answers at a moment to which series were sampled, and rules evaluated, at this pace. */
async function answers(
  questions: readonly Question[],
  asked: {
    readonly sampled: Series;
    readonly every: Duration;
    readonly at: Duration;
    readonly rules?: readonly string[];
  },
): Promise<string> {
  const file = join(folder, 'counting.test.yml');
  const labelsOf = (labels: Question['labels']) =>
    `{${Object.entries(labels)
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ')}}`;
  const test = {
    interval: asked.every,
    input_series: Object.entries(asked.sampled).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: questions.map(({ expr, labels, value }) => ({
      expr,
      eval_time: asked.at,
      exp_samples: [{ labels: labelsOf(labels), value }],
    })),
  };
  writeFileSync(
    file,
    stringify({ rule_files: asked.rules ?? [], evaluation_interval: asked.every, tests: [test] }),
  );
  return runCommand(promtool, ['test', 'rules', file]);
}

it.each([
  ['minutes: the first that there ever were', '5m', '30s', '_x10 4x20', '9m', 4],
  ['minutes: only what came to those before', '5m', '30s', '4x30 7x20', '18m', 3],
  // Grown to 3, begun anew, grown to 4.
  ['days: of a process that was started again', '30d', '1h', '_x5 1x2 3x7 2x1 4x15', '30h', 7],
  ['hours: of a process that was started again', '6h', '10m', '_x5 1x2 3x7 2x1 4x15', '5h', 7],
  // Twelve at once, begun anew, grown to 3: what Prometheus makes of it is less than what was there.
  ['days: many at once, and then a new start', '1d', '1h', '_x5 12x5 1x2 3x5', '18h', 12],
  ['days: what was seen only once', '1d', '1h', '_x20 4x2', '20h', 4],
  ['days: only what came to those before', '1d', '1h', '5x10 8x30', '30h', 3],
] as const)('counts over %s', async (_, window, every, values, at, value) => {
  const expr = `round(${counted(failures, window, ['vecino.tenant.id'])})`;
  const asked = { sampled: { [ended('FAILED')]: values }, every, at };
  expect(await answers([{ expr, labels: OF_ACME, value }], asked)).toContain('SUCCESS');
});

it('finds the same burn in what is counted and in what rules have recorded of it', async () => {
  const rules = writeRules(folder).filter((path) => path.endsWith('service-levels.yaml'));
  const { success } = OBJECTIVES;
  const asAsked = (given: Duration): Duration => given;
  const burn = (judged: ReturnType<typeof judgedWithin>) => `round(${burnRate(success, judged)}, 0.01)`;
  // One in ten fails.
  const value = Math.round(10 / allowedToMiss(success)) / 100;
  const questions = [
    { expr: burn(judgedWithin(success, '1h')), labels: OF_ACME, value },
    {
      expr: burn(recordedWithin(success, '1h', asAsked)),
      labels: { ...OF_ACME, objective: 'success' },
      value,
    },
  ];
  const asked = {
    sampled: { [ended('SUCCEEDED')]: growing(9), [ended('FAILED')]: growing(1) },
    every: '30s',
    at: '2h',
    rules,
  } as const;
  expect(await answers(questions, asked)).toContain('SUCCESS');
});
