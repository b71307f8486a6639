import type { CommandDecoder } from '@vecino/contracts';
import {
  type BatchProducer,
  createOutageLog,
  type OpenPartition,
  type OutageLog,
  type PartitionBatch,
  type PartitionLease,
  type SourceRecord,
} from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import { type Registry, type Tenant } from '@vecino/tenancy';
import type { SubmitCommand, TenantSettings } from '@vecino/workflows';
import { deadLetterOf } from './dead-letter.js';
import type { IngestMeter } from './ingest-meter.js';
import { type CommandVerdict, judgeCommand } from './judge-command.js';
import { isUnknownTenant } from './judge-record.js';
import { patiently, patientlyFrom } from './patiently.js';
import type { ProducerIdentity } from './producer-identity.js';
import type { PatientSubmitter } from './submit-patiently.js';

export interface CommandDependencies {
  /** The registry of this moment. */
  readonly registry: () => Registry;
  /** The registry as it was at that moment (by `performance.now`) or later. */
  readonly registrySince: (at: number, signal: AbortSignal) => Promise<Registry>;
  /** What the tenant's gate is told with each batch. */
  readonly settings: (tenant: Tenant) => TenantSettings;
  readonly decoder: CommandDecoder;
  readonly identity: ProducerIdentity;
  readonly submitter: Pick<PatientSubmitter, 'command'>;
  readonly deadLetters: Pick<BatchProducer, 'send'>;
  readonly dlqTopic: string;
  readonly meter: Pick<IngestMeter, 'deadLetter'>;
  readonly logger: Logger;
}

interface Outages {
  readonly schemaRegistry: OutageLog;
  readonly deadLetters: OutageLog;
}

/**
 * Brings one partition's commands to the tenants' gates, each tenant's in their order. A batch is done when Temporal has
 * every command of it and the dead-letter topic every record that was refused.
 */
export function createCommandHandler(deps: CommandDependencies): OpenPartition {
  const outages: Outages = {
    schemaRegistry: createOutageLog(deps.logger, 'the schema registry'),
    deadLetters: createOutageLog(deps.logger, 'the dead-letter topic'),
  };
  return (lease) => {
    const intake = new CommandIntake(deps, lease, outages);
    return (batch) => intake.handle(batch);
  };
}

class CommandIntake {
  readonly #deps: CommandDependencies;
  readonly #lease: PartitionLease;
  readonly #outages: Outages;
  /** The last command of each tenant that is on its way. Once one has failed, none that came later overtakes it. */
  readonly #lanes = new Map<string, Promise<void>>();
  #judging: Promise<unknown> = Promise.resolve();

  constructor(deps: CommandDependencies, lease: PartitionLease, outages: Outages) {
    this.#deps = deps;
    this.#lease = lease;
    this.#outages = outages;
  }

  async handle(batch: PartitionBatch): Promise<void> {
    const receivedAt = performance.now();
    const turn = this.#judging.then(() => this.#takeIn(batch.records, receivedAt));
    this.#judging = turn;
    await Promise.all(await turn);
  }

  /** Resolves when all records are judged; its promises do when they are durable. */
  async #takeIn(records: readonly SourceRecord[], receivedAt: number): Promise<Promise<void>[]> {
    const durable: Promise<void>[] = [];
    for (const record of records) {
      this.#lease.signal.throwIfAborted();
      const done = this.#settle(record, await this.#judge(record, receivedAt));
      // Awaited only when all are judged: until then a failure must not count as unhandled.
      done.catch(() => undefined);
      durable.push(done);
    }
    return durable;
  }

  async #judge(record: SourceRecord, receivedAt: number): Promise<CommandVerdict> {
    const { decoder, identity, registrySince } = this.#deps;
    const decoding = decoder.decode(record);
    const decoded =
      decoding instanceof Promise
        ? await patientlyFrom(decoding, this.#outages.schemaRegistry, this.#lease.signal, () =>
            decoder.decode(record),
          )
        : decoding;
    let registry = this.#deps.registry();
    const tenantId = decoded.ok ? decoded.command.tenant_id : decoded.tenantId;
    if (isUnknownTenant(registry, tenantId)) registry = await registrySince(receivedAt, this.#lease.signal);
    return judgeCommand({ registry, identity }, record, this.#lease, decoded);
  }

  #settle(record: SourceRecord, verdict: CommandVerdict): Promise<void> {
    switch (verdict.kind) {
      case 'accepted':
        return this.#send(verdict.tenant, verdict.command);
      case 'refused':
        return this.#writeDeadLetter(record, verdict);
    }
  }

  #send(tenant: Tenant, command: SubmitCommand): Promise<void> {
    const before = this.#lanes.get(tenant.id) ?? Promise.resolve();
    const sent = before.then(() =>
      this.#deps.submitter.command(this.#deps.settings(tenant), command, this.#lease.signal),
    );
    this.#lanes.set(tenant.id, sent);
    return sent;
  }

  async #writeDeadLetter(
    record: SourceRecord,
    { tenant, reason }: Extract<CommandVerdict, { kind: 'refused' }>,
  ): Promise<void> {
    const { deadLetters, dlqTopic, meter, logger } = this.#deps;
    const { topic, partition, signal } = this.#lease;
    const letter = deadLetterOf(record, this.#lease, reason, dlqTopic);
    await patiently(this.#outages.deadLetters, signal, () => deadLetters.send([letter]));
    meter.deadLetter(reason.code, tenant?.id);
    const place = { topic, partition, offset: record.offset, reason };
    logger.info({ ...place, ...(tenant && { tenant_id: tenant.id }) }, 'command refused');
  }
}
