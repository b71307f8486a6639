import { setImmediate } from 'node:timers/promises';
import { type RequestDecoder, traceOf } from '@vecino/contracts';
import { traceFields, type TraceHeaders } from '@vecino/foundation';
import type { IntakeLimiter } from '@vecino/intake';
import {
  createOutageLog,
  type BatchProducer,
  type OpenPartition,
  type OutageLog,
  type OutgoingRecord,
  type PartitionBatch,
  type PartitionLease,
  ProduceError,
  type SourceRecord,
} from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import { type Registry, type Tenant, tenantOf } from '@vecino/tenancy';
import type { GateItem, TenantSettings } from '@vecino/workflows';
import { deadLetterOf } from './dead-letter.js';
import { groupByTenant, type TenantItems } from './group-by-tenant.js';
import type { IngestMeter } from './ingest-meter.js';
import { isUnknownTenant, judgeRecord, type Verdict } from './judge-record.js';
import { itemBytes } from './item-bytes.js';
import { limitIntake } from './limit-intake.js';
import { nextChunkLength } from './next-chunk.js';
import { patiently, patientlyFrom } from './patiently.js';
import type { ProducerIdentity } from './producer-identity.js';
import type { ProcessTracer } from './process-tracer.js';
import type { PatientSubmitter } from './submit-patiently.js';
import { TenantLane } from './tenant-lane.js';

export interface IngestDependencies {
  /** Kafka's cluster id: part of the ids of requests that bring none. */
  readonly clusterId: string;
  /** The registry of this moment. */
  readonly registry: () => Registry;
  /** The registry as it was at that moment (by `performance.now`) or later. */
  readonly registrySince: (at: number, signal: AbortSignal) => Promise<Registry>;
  /** What the tenant's gate is told with each batch. */
  readonly settings: (tenant: Tenant) => TenantSettings;
  readonly decoder: RequestDecoder;
  readonly identity: ProducerIdentity;
  readonly limiter: Pick<IntakeLimiter, 'take'>;
  readonly submitter: PatientSubmitter;
  readonly deadLetters: Pick<BatchProducer, 'send'>;
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
 * nothing, or whose intake is closed, holds up only the watermark, and the others until the consumer's look-ahead is used up.
 */
export function createPartitionHandler(deps: IngestDependencies): OpenPartition {
  const outages: Outages = {
    schemaRegistry: createOutageLog(deps.logger, 'the schema registry'),
    deadLetters: createOutageLog(deps.logger, 'the dead-letter topic'),
  };
  return (lease) => {
    const intake = new PartitionIntake(deps, lease, outages);
    return (batch) => intake.handle(batch);
  };
}

interface Outages {
  readonly schemaRegistry: OutageLog;
  readonly deadLetters: OutageLog;
}

/** So many records are judged before others get their turn: a fetch of thousands must not hold up what is ready to be sent. */
const RECORDS_PER_TURN = 500;

class PartitionIntake {
  readonly #deps: IngestDependencies;
  readonly #lease: PartitionLease;
  readonly #outages: Outages;
  readonly #lanes = new Map<string, TenantLane>();
  #judging: Promise<unknown> = Promise.resolve();

  constructor(deps: IngestDependencies, lease: PartitionLease, outages: Outages) {
    this.#deps = deps;
    this.#lease = lease;
    this.#outages = outages;
  }

  /** Batches are judged one after another, so that each tenant's items are queued in offset order. A failure ends the chain. */
  async handle(batch: PartitionBatch): Promise<void> {
    const receivedAt = performance.now();
    const turn = this.#judging.then(() => this.#takeIn(batch, receivedAt));
    this.#judging = turn;
    await Promise.all(await turn);
  }

  /** Resolves when all records are judged and queued; its promises do when they are durable. */
  async #takeIn({ records, span }: PartitionBatch, receivedAt: number): Promise<Promise<void>[]> {
    const durable: Promise<void>[] = [];
    for (let start = 0; start < records.length; start += RECORDS_PER_TURN) {
      if (start > 0) await setImmediate();
      this.#lease.signal.throwIfAborted();
      const judged = await this.#judge(records.slice(start, start + RECORDS_PER_TURN), receivedAt, span);
      for (const group of groupByTenant(judged.map(({ verdict }) => verdict)))
        durable.push(this.#send(group));
      durable.push(this.#writeDeadLetters(judged));
      // Awaited only when all turns are over: until then a failure must not count as unhandled.
      for (const one of durable) one.catch(() => undefined);
    }
    return durable;
  }

  async #judge(
    records: readonly SourceRecord[],
    receivedAt: number,
    batch: PartitionBatch['span'],
  ): Promise<Judged[]> {
    const { clusterId: cluster, decoder, identity, registry, tracer } = this.#deps;
    const { topic, partition } = this.#lease;
    const context = { registry: registry(), identity };
    const { signal } = this.#lease;
    const judged: Judged[] = [];
    for (const record of records) {
      // Only a record that names a schema id for the first time is not decoded at once, and only the registry can fail.
      const decoding = decoder.decode(record);
      const decoded =
        decoding instanceof Promise
          ? await patientlyFrom(decoding, this.#outages.schemaRegistry, this.#lease.signal, () =>
              decoder.decode(record),
            )
          : decoding;
      const tenantId = decoded.ok ? decoded.request.tenant_id : decoded.tenantId;
      if (isUnknownTenant(context.registry, tenantId))
        context.registry = await this.#deps.registrySince(receivedAt, signal);
      const position = { cluster, topic, partition, offset: record.offset, timestamp: record.timestamp };
      const span = tracer.start(position, traceOf(record.headers), batch);
      const verdict = judgeRecord(context, record, position, decoded, span.trace);
      span.end(verdict);
      this.#tell(record, verdict, span.trace);
      judged.push({ record, verdict });
    }
    return judged;
  }

  #tell({ offset }: SourceRecord, verdict: Verdict, trace: TraceHeaders): void {
    const { topic, partition } = this.#lease;
    const place = { topic, partition, offset, ...traceFields(trace) };
    switch (verdict.kind) {
      case 'accepted':
        return this.#deps.logger.debug({ ...fieldsOf(verdict), ...place }, 'request taken');
      case 'refused':
        return this.#deps.logger.debug(
          { ...fieldsOf(verdict), ...place, reason: verdict.reason },
          'request refused',
        );
      case 'undeliverable':
        return this.#deps.logger.debug({ ...place, reason: verdict.reason }, 'request not readable');
    }
  }

  async #send({ tenant, items }: TenantItems): Promise<void> {
    const settings = this.#deps.settings(tenant);
    let lane = this.#lanes.get(tenant.id);
    if (!lane) this.#lanes.set(tenant.id, (lane = this.#openLane(tenant, settings)));
    await lane.add(items, settings);
    this.#deps.meter.taken(
      tenant.id,
      items.map(({ item }) => item),
      Date.now(),
    );
  }

  #openLane(tenant: Tenant, first: TenantSettings): TenantLane {
    const { registry } = this.#deps;
    // One that has left the registry meanwhile keeps the limit that it had.
    const limit = () => (tenantOf(registry(), tenant.id) ?? tenant).limits.intakePer60s;
    return new TenantLane((items, settings) => this.#submit(items, settings, limit), first);
  }

  async #submit(items: readonly GateItem[], settings: TenantSettings, limit: () => number): Promise<void> {
    const { topic, partition, signal } = this.#lease;
    const { submitter } = this.#deps;
    const limited = await limitIntake(this.#deps, { tenantId: settings.tenantId, limit, items }, signal);
    const chunks = limited === items ? [items] : chunksOf(limited);
    for (const chunk of chunks) await submitter.submit({ topic, partition, items: chunk, settings }, signal);
  }

  async #writeDeadLetters(judged: readonly Judged[]): Promise<void> {
    const { deadLetters, dlqTopic, meter } = this.#deps;
    const refused = judged.flatMap(({ record, verdict }) =>
      verdict.kind === 'accepted' ? [] : [{ record, verdict }],
    );
    if (refused.length === 0) return;
    const letters = refused.map(({ record, verdict }) =>
      deadLetterOf(record, this.#lease, verdict.reason, dlqTopic),
    );
    let left: readonly OutgoingRecord[] = letters;
    await patiently(this.#outages.deadLetters, this.#lease.signal, async () => {
      try {
        await deadLetters.send(left);
      } catch (err) {
        // What one partition of the topic has must not be written again because another could not take its part.
        if (err instanceof ProduceError) left = err.left;
        throw err;
      }
    });
    for (const { verdict } of refused)
      meter.deadLetter(verdict.reason.code, verdict.kind === 'refused' ? verdict.tenant.id : undefined);
  }
}

const fieldsOf = ({ tenant, item }: Exclude<Verdict, { kind: 'undeliverable' }>) => ({
  tenant_id: tenant.id,
  router_id: item.routerId,
  deployment_id: item.deploymentId,
});

/** What was refused has become larger. */
function chunksOf(items: readonly GateItem[]): GateItem[][] {
  const weighed = items.map((item) => ({ item, bytes: itemBytes(item) }));
  const chunks: GateItem[][] = [];
  while (weighed.length > 0)
    chunks.push(weighed.splice(0, nextChunkLength(weighed, 0)).map(({ item }) => item));
  return chunks;
}
