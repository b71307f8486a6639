import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Batches that other clients wrote; `fixtures/README.md` says how. For tests. */
export const FIXTURE_CLIENTS = ['java', 'librdkafka'] as const;
export const FIXTURE_CODECS = ['lz4', 'snappy', 'zstd'] as const;
export const FIXTURE_RECORDS = 1_200;

export const readFixtureBatch = (client: string, codec: string): Buffer =>
  readFileSync(join(__dirname, '../../fixtures', `${client}-${codec}.batch`));

/** What `fixtures/README.md` says of record `i`. */
export const fixtureRecord = (i: number): { key: string; value: string } => ({
  key: `key-${i}`,
  value: `value ${i} of a router in the network ${(i * 7919) % 1000}: ${'abc'.repeat(i % 20)}`,
});

/** Bytes of a batch before its records (format v2). */
export const BATCH_HEADER_BYTES = 61;
