import { VecinoError } from '@vecino/foundation';
import { produceFault } from './kafkajs/produce-fault.js';
import type { OutgoingRecord } from './records.js';

/**
 * `NOT_WRITTEN`: Kafka did not confirm in time; what is left may or may not be there. `UNWRITABLE`: Kafka will not take at least
 * one of what is left. `PRODUCER_CLOSED`: what is left was never sent.
 */
export type ProduceErrorCode = 'NOT_WRITTEN' | 'UNWRITABLE' | 'PRODUCER_CLOSED';

export class ProduceError extends VecinoError<ProduceErrorCode> {
  /** Private, since logs write down all that can be enumerated. */
  readonly #left: readonly OutgoingRecord[];

  constructor(
    code: ProduceErrorCode,
    message: string,
    left: readonly OutgoingRecord[],
    cause: unknown = undefined,
  ) {
    super(code, message, { disposition: code === 'UNWRITABLE' ? 'terminal' : 'retry', cause });
    this.#left = left;
  }

  /** The records of the call that Kafka has not confirmed, in their order per partition: who sends again sends these. */
  get left(): readonly OutgoingRecord[] {
    return this.#left;
  }

  /** The same where the call had more records, which were not tried. */
  withMoreLeft(more: readonly OutgoingRecord[]): ProduceError {
    return new ProduceError(this.code, this.message, [...this.#left, ...more], this.cause);
  }

  static closed(left: readonly OutgoingRecord[]): ProduceError {
    return new ProduceError('PRODUCER_CLOSED', 'the producer is closed', left);
  }

  static notConfirmedWithin(ms: number, left: readonly OutgoingRecord[]): ProduceError {
    return new ProduceError('NOT_WRITTEN', `not confirmed within ${ms} ms`, left);
  }

  /** Of what ended a write. */
  static of(err: unknown, left: readonly OutgoingRecord[]): ProduceError {
    switch (produceFault(err)) {
      case 'cluster':
        return new ProduceError('NOT_WRITTEN', 'Kafka did not confirm the write', left, err);
      case 'topic':
        return new ProduceError('NOT_WRITTEN', 'the topic cannot be written to', left, err);
      case 'records':
        return new ProduceError('UNWRITABLE', 'Kafka refuses the records', left, err);
    }
  }
}
