import type { PoisonContext } from './poison-class.js';
import { avro, valueOnly } from './request-record.js';
import { compressed, type Codec } from './wire/compression.js';
import { encodeBatch } from './wire/record-batch.js';

/** A batch that no broker appends, so that no consumer of the topic ever sees it. */
export interface BrokerRefusal {
  readonly name: string;
  readonly what: string;
  readonly batch: (context: PoisonContext) => Buffer;
}

const CODECS: readonly Codec[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const MORE_THAN_A_BATCH_BYTES = 2 * 1024 * 1024;

/** The stream's beginning is right, and its second half is not. */
const damaged = (bytes: Buffer): Buffer => {
  const half = bytes.length >> 1;
  return Buffer.concat([bytes.subarray(0, half), Buffer.alloc(bytes.length - half, 0xee)]);
};

const batchOf = (context: PoisonContext) => [avro(context).record];

export const BROKER_REFUSALS: readonly BrokerRefusal[] = [
  ...CODECS.map((codec) => ({
    name: `damaged-${codec}`,
    what: `a batch in ${codec} whose second half is damaged, under a right checksum`,
    batch: (context: PoisonContext) => encodeBatch(batchOf(context), codec, { records: damaged }),
  })),
  ...CODECS.map((codec) => ({
    name: `truncated-${codec}`,
    what: `a batch in ${codec} that was cut off, under a right checksum`,
    batch: (context: PoisonContext) =>
      encodeBatch(batchOf(context), codec, { records: (bytes) => bytes.subarray(0, bytes.length >> 1) }),
  })),
  {
    name: 'said-to-be-zstd',
    what: 'a batch in gzip that says it is in Zstandard',
    batch: (context) =>
      encodeBatch(batchOf(context), 'zstd', {
        records: () => compressed('gzip', Buffer.from(context.canary)),
      }),
  },
  {
    name: 'wrong-checksum',
    what: 'a batch whose checksum is wrong',
    batch: (context) => encodeBatch(batchOf(context), 'none', { wrongChecksum: true }),
  },
  {
    name: 'wrong-count',
    what: 'a batch that claims more records than it has',
    batch: (context) => encodeBatch(batchOf(context), 'none', { count: 1_000 }),
  },
  {
    name: 'too-large',
    what: 'a record larger than the topic takes a batch',
    batch: (context) =>
      encodeBatch([valueOnly(context, Buffer.alloc(MORE_THAN_A_BATCH_BYTES)).record], 'none'),
  },
  {
    name: 'too-large-when-unpacked',
    what: 'the same in gzip, where it has two kilobytes',
    batch: (context) =>
      encodeBatch([valueOnly(context, Buffer.alloc(MORE_THAN_A_BATCH_BYTES)).record], 'gzip'),
  },
];
