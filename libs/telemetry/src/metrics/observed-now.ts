import type { HrTime } from '@opentelemetry/api';
import { LastValueAggregation } from '@opentelemetry/sdk-metrics';

type LastValueAggregator = ReturnType<LastValueAggregation['createAggregator']>;
type Instrument = Parameters<LastValueAggregation['createAggregator']>[0];

/**
 * The last value of a gauge that is asked for with each export, of those labels only that were observed for it. The SDK by
 * itself goes on for ever with everything that was ever observed: a tenant that was removed would stay, and a state that no
 * deployment is in any more.
 */
export class ObservedNow extends LastValueAggregation {
  override createAggregator(instrument: Instrument): LastValueAggregator {
    const last = super.createAggregator(instrument);
    return {
      kind: last.kind,
      createAccumulation: (startTime) => last.createAccumulation(startTime),
      merge: (previous, delta) => last.merge(previous, delta),
      diff: (previous, current) => last.diff(previous, current),
      toMetricData(descriptor, temporality, records, collectedAt) {
        // Whoever collects asks all observers after that moment, and others meanwhile only add to it.
        const now = records.filter(([, { sampleTime }]) => isSince(sampleTime, collectedAt));
        return now.length === 0 ? undefined : last.toMetricData(descriptor, temporality, now, collectedAt);
      },
    };
  }
}

const isSince = ([seconds, nanos]: HrTime, [fromSeconds, fromNanos]: HrTime): boolean =>
  seconds > fromSeconds || (seconds === fromSeconds && nanos >= fromNanos);
