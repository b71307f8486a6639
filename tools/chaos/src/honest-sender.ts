import { topics } from '@vecino/contracts';
import { encodeSent, type ProducedRequest } from '@vecino/path-tests';
import { type Kafka, type Message, type Producer } from 'kafkajs';
import { digestOf } from './digest.js';

/** What Kafka said of what was sent; `unknown`: it may lie on the topic, or not. */
export type Outcome = 'ok' | 'unknown';

/** A record as it was sent. */
export interface SentRecord {
  readonly digest: string;
  readonly sentAt: number;
  outcome: Outcome;
}

/**
 * Sends, and keeps account of what Kafka confirmed. A batch that failed is not sent again: whether it lies on the topic is for the
 * topic to say.
 */
export class HonestSender {
  readonly #kafka: Kafka;
  #producer: Promise<Producer> | undefined;
  /** By digest: the same record sent twice is one entry. */
  readonly #records = new Map<string, SentRecord>();
  /** Ids of deployments by tenant. */
  readonly #unheard = new Map<string, Set<string>>();

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  get records(): readonly SentRecord[] {
    return [...this.#records.values()];
  }

  /** Requests of the tenant of which nobody knows whether Kafka has them. */
  unheard(tenantId: string): number {
    return this.#unheard.get(tenantId)?.size ?? 0;
  }

  /** Whether nobody knows of this request whether Kafka has it. */
  isUnheard({ tenantId, deploymentId }: Pick<ProducedRequest, 'tenantId' | 'deploymentId'>): boolean {
    return this.#unheard.get(tenantId)?.has(deploymentId) ?? false;
  }

  async requests(entries: readonly ProducedRequest[]): Promise<Outcome> {
    const outcome = await this.messages(entries.map(encodeSent));
    if (outcome === 'unknown')
      for (const { tenantId, deploymentId } of entries) {
        const ids = this.#unheard.get(tenantId) ?? new Set();
        this.#unheard.set(tenantId, ids.add(deploymentId));
      }
    return outcome;
  }

  /** Never rejects. */
  async messages(messages: readonly Message[]): Promise<Outcome> {
    const sentAt = Date.now();
    const records = messages.map(({ key = null, value }): SentRecord => {
      const digest = digestOf(key, value);
      const record = this.#records.get(digest) ?? { digest, sentAt, outcome: 'unknown' };
      this.#records.set(digest, record);
      return record;
    });
    try {
      this.#producer ??= this.#connect();
      const producer = await this.#producer;
      await producer.send({ topic: topics().requests, acks: -1, messages: [...messages] });
      for (const record of records) record.outcome = 'ok';
      return 'ok';
    } catch {
      // What it knows of its sequence numbers is no longer what the broker knows.
      await this.close();
      return 'unknown';
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await (await producer?.catch(() => undefined))?.disconnect().catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }
}
