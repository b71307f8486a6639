import { waitFor } from '@vecino/testing';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { misbehave } from '../ask-simulator.js';
import { startCollector, type CollectorProcess } from './collector-process.js';
import { type Asked, startTracedPlatform, type TracedPlatform } from './traced-platform.js';
import { endInEveryWay } from './ways-to-end.js';

/** Of the real program, which takes minutes to build (docs/tracing.md has the command): not part of every run. */
const program = process.env['VECINO_COLLECTOR'];
const onDemand = program === undefined ? describe.skip : describe;

/** Longer than an upgrade with these routers, and shorter than one with a slow disk. */
const WAIT_SECONDS = 20;
const SLOW_INSTALL = { kind: 'slow-disk', msPerMiB: 4 * WAIT_SECONDS * 1_000 } as const;

onDemand('a collector that keeps no share of the rest', () => {
  let kept: OtlpReceiver;
  let collector: CollectorProcess;
  let traced: TracedPlatform;

  beforeAll(async () => {
    kept = await startOtlpReceiver();
    traced = await startTracedPlatform({
      through: async (all) => {
        const env = { VECINO_TRACES_PERCENT: '0', VECINO_TRACES_WAIT: `${WAIT_SECONDS}s` };
        collector = await startCollector({ program: program ?? '', kept: kept.endpoint, all, env });
        return collector.endpoint;
      },
    });
  }, 180_000);

  afterAll(async () => {
    await traced?.stop();
    await collector?.stop();
    await kept?.stop();
  }, 90_000);

  const idsOf = (spans: readonly ReceivedSpan[], { trace }: Asked): string[] =>
    spans
      .filter(({ traceId }) => traceId === trace.traceId)
      .map(({ spanId }) => spanId)
      .sort();

  /** All of it that any service has sent. */
  async function isKeptWhole(asked: Asked): Promise<void> {
    await waitFor(
      () => {
        const all = idsOf(traced.receiver.spans, asked);
        return all.length > 0 && idsOf(kept.spans, asked).join() === all.join();
      },
      { timeoutMs: 90_000, everyMs: 250, what: `the whole trace of ${asked.request.deploymentId}` },
    );
  }

  it('keeps each deployment that ends other than well, or that lasts for longer than it waits, and no other', async () => {
    const succeeded = await traced.ask(traced.plan('mayorista', 1));
    await traced.ended(succeeded);
    const slow = traced.plan('mayorista', 2);
    await misbehave(traced.path, slow.routerId, SLOW_INSTALL);
    const lasting = await traced.ask(slow);
    const byWay = await endInEveryWay(traced);
    for (const asked of Object.values(byWay)) await isKeptWhole(asked);
    await traced.ended(lasting, 120_000);
    await isKeptWhole(lasting);
    // It was decided before those that began later.
    expect(idsOf(traced.receiver.spans, succeeded).length).toBeGreaterThan(10);
    expect(idsOf(kept.spans, succeeded)).toEqual([]);
  }, 400_000);
});
