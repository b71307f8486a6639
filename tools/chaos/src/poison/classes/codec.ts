import { TAKEN } from '../fate.js';
import { inGroup, type PoisonClass } from '../poison-class.js';
import { avro, json, requestOf } from '../request-record.js';
import type { Codec } from '../wire/compression.js';

const COMPRESSED: readonly Codec[] = ['gzip', 'snappy', 'lz4', 'zstd'];

/** How the batch is packed. What is wrong with a batch itself the broker refuses: `broker-refusals.ts`. */
export const CODEC_CLASSES = inGroup(
  'codec',
  COMPRESSED.map((codec): Omit<PoisonClass, 'group'> => ({
    name: codec,
    what: `a good request in a batch in ${codec}`,
    fate: TAKEN,
    codec,
    make: (n, context) =>
      n % 2 === 0 ? avro(context) : json(context, requestOf(context), requestOf(context).request_id),
  })),
);
