import { type DecodeResult, type RequestDecoder, traceOf } from '@vecino/contracts';
import {
  createBackoff,
  createOutageLog,
  type BatchHandler,
  type BatchProducer,
  type OpenPartition,
  type PartitionBatch,
  type PartitionLease,
  type SourceRecord,
} from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import { type Registry, settingsOf } from '@vecino/tenancy';
import { deadLetterOf } from './dead-letter.js';
import { groupByTenant, type TenantItems } from './group-by-tenant.js';
import type { IngestMeter } from './ingest-meter.js';
import { judgeRecord, type Verdict } from './judge-record.js';
import type { ProducerIdentity } from './producer-identity.js';
import type { ProcessTracer } from './process-tracer.js';
import type { PatientSubmitter } from './submit-patiently.js';
import { TenantLane } from './tenant-lane.js';

export interface IngestDependencies {
  /** Kafka's cluster id: part of the ids of requests that bring none. */
  readonly clusterId: string;
  /** The registry of this moment. */
  readonly registry: () => Registry;
  readonly decoder: RequestDecoder;
  readonly identity: ProducerIdentity;
  readonly submitter: PatientSubmitter;
  readonly deadLetters: BatchProducer;
  readonly dlqTopic: string;
  readonly tracer: ProcessTracer;
  readonly meter: IngestMeter;
  readonly logger: Logger;
}

interface Judged {
  readonly record: SourceRecord;
  readonly verdict: Verdict;
}

/**
 * Takes one partition's batches into the tenants' gates. A batch is done when Temporal has every request of it and the
 * dead-letter topic every record that was refused. Tenants go side by side, also across batches: one whose gate takes
 * nothing holds up only the watermark, and the others until the consumer's look-ahead is used up.
 */
export function createPartitionHandler(deps: IngestDependencies): OpenPartition {
  const registryOutage = createOutageLog(deps.logger, 'the schema registry');
  const dlqOutage = createOutageLog(deps.logger, 'the dead-letter topic');

  return (lease) => {
    const lanes = new Map<string, TenantLane>();
    let judging: Promise<unknown> = Promise.resolve();

    /** Batches are judged one after another, so that each tenant's items are queued in offset order. A failure ends the chain. */
    const handle: BatchHandler = async (batch) => {
      const turn = judging.then(() => takeIn(batch));
      judging = turn;
      await Promise.all(await turn);
    };

    async function takeIn(batch: PartitionBatch): Promise<Promise<void>[]> {
      const judged = await judgeBatch(batch);
      const verdicts = judged.map(({ verdict }) => verdict);
      deps.meter.judged(verdicts);
      return [...groupByTenant(verdicts).map((group) => send(group)), writeDeadLetters(judged, lease)];
    }

    async function send({ tenant, items }: TenantItems): Promise<void> {
      const { topic, partition, signal } = lease;
      let lane = lanes.get(tenant.id);
      if (!lane) {
        const submit = deps.submitter.submit;
        lane = new TenantLane(
          (chunk, settings) => submit({ topic, partition, items: chunk, settings }, signal),
          settingsOf(tenant),
        );
        lanes.set(tenant.id, lane);
      }
      await lane.add(items, settingsOf(tenant));
      deps.meter.taken(tenant.id, items.length);
    }

    async function judgeBatch(batch: PartitionBatch): Promise<Judged[]> {
      const context = { registry: deps.registry(), identity: deps.identity };
      const judged: Judged[] = [];
      for (const record of batch.records) {
        const decoding = deps.decoder.decode(record);
        const decoded = decoding instanceof Promise ? await decodePatiently(record, decoding) : decoding;
        const position = {
          cluster: deps.clusterId,
          topic: batch.topic,
          partition: batch.partition,
          offset: record.offset,
          timestamp: record.timestamp,
        };
        const span = deps.tracer.start(position, traceOf(record.headers));
        const verdict = judgeRecord(context, record, position, decoded, span.trace);
        span.end(verdict);
        judged.push({ record, verdict });
      }
      return judged;
    }

    /** Only a record that names a schema id for the first time is not decoded at once, and only the registry can fail. */
    async function decodePatiently(
      record: SourceRecord,
      first: Promise<DecodeResult>,
    ): Promise<DecodeResult> {
      const backoff = createBackoff();
      for (
        let decoding: DecodeResult | Promise<DecodeResult> = first;
        ;
        decoding = deps.decoder.decode(record)
      ) {
        try {
          const decoded = await decoding;
          registryOutage.succeeded();
          return decoded;
        } catch (err) {
          registryOutage.failed(err);
        }
        await backoff.wait(lease.signal);
        lease.signal.throwIfAborted();
      }
    }

    async function writeDeadLetters(judged: readonly Judged[], source: PartitionLease): Promise<void> {
      const letters = judged.flatMap(({ record, verdict }) =>
        verdict.kind === 'accepted' ? [] : [deadLetterOf(record, source, verdict.reason, deps.dlqTopic)],
      );
      if (letters.length === 0) return;
      const backoff = createBackoff();
      for (;;) {
        source.signal.throwIfAborted();
        try {
          await deps.deadLetters.send(letters);
          dlqOutage.succeeded();
          return;
        } catch (err) {
          dlqOutage.failed(err);
        }
        await backoff.wait(source.signal);
      }
    }

    return handle;
  };
}
