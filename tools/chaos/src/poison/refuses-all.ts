import { waitFor } from '@vecino/testing';
import { KafkaSocket } from './wire/kafka-socket.js';
import { produce } from './wire/produce.js';
import { encodeBatch } from './wire/record-batch.js';

/** In bytes: where no batch may be larger, no record fits. */
export const NOTHING_FITS = 64;

export interface RefusingTopic {
  /** `host:port` of the one broker. */
  readonly broker: string;
  readonly topic: string;
  readonly partitions: number;
  /** Kafka's code for why it takes nothing. */
  readonly error: number;
}

const REFUSES_WITHIN_MS = 60_000;

/**
 * Until no partition takes anything: a broker goes by what the controller has confirmed some time after that. Asked with a batch whose
 * checksum is wrong too, so that it lands nowhere before that; the broker looks for the topic and at the size first.
 */
export function refusesAll({ broker, topic, partitions, error }: RefusingTopic): Promise<unknown> {
  const record = { key: null, value: Buffer.alloc(NOTHING_FITS), headers: [] };
  const batch = encodeBatch([record], 'none', { wrongChecksum: true });
  const asked = Array.from({ length: partitions }, (_, partition) => ({ partition, batch }));
  return waitFor(
    async () => {
      const kafka = await KafkaSocket.open(broker);
      try {
        return (await produce(kafka, topic, asked)).every((answer) => answer.error === error);
      } finally {
        kafka.close();
      }
    },
    { what: `${topic} to take nothing`, timeoutMs: REFUSES_WITHIN_MS, everyMs: 50 },
  );
}
