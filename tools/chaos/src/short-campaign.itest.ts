import { silentProgress } from '@vecino/devstack';
import { type FaultKind } from './fault.js';
import { judgeRun } from './judge-run.js';
import { summaryOf } from './report.js';
import { type ChaosOptions, runChaos } from './run-chaos.js';

/** Those that are over soon; the campaigns by command have all. */
const KINDS: readonly FaultKind[] = [
  'kill-ingest',
  'kill-worker-shared',
  'kill-status-projector',
  'reset-connections',
  'repeated-requests',
  'dead-letters-away',
  'terminate-gate',
  'misbehaving-router',
];

/** `VECINO_CHAOS_SEED` for another one. */
const SEED = process.env['VECINO_CHAOS_SEED'] ?? 'short';

it('a short campaign finds nothing', async () => {
  const options: ChaosOptions = {
    minutes: 1.25,
    seed: SEED,
    kinds: KINDS,
    rate: 0.6,
    lanes: 1,
    // Beside other tests. The campaigns by command keep the promise as it is.
    promptMs: 120_000,
    signal: new AbortController().signal,
    progress: silentProgress,
    print: () => undefined,
  };
  const report = await runChaos(options, (ended) => judgeRun(options, ended));
  const { violations, too_little } = report;
  if (violations.length + too_little.length > 0) process.stdout.write(`${summaryOf(report)}\n`);
  expect({ violations, too_little }).toEqual({ violations: [], too_little: [] });
}, 1_800_000);
