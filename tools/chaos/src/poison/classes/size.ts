import { MAX_RECORD_BYTES } from '@vecino/contracts';
import { deadLetterAlone, rejected, TAKEN } from '../fate.js';
import { inGroup, pick, type Poison, type PoisonContext } from '../poison-class.js';
import { avro, json, recordOf, requestOf, valueOnly, withHeaders, withId } from '../request-record.js';
import { header, type RawRecord } from '../wire/raw-record.js';

const EMPTY_VALUE = deadLetterAlone('EMPTY_VALUE');
/** Of a record that the request topic still takes, whose batches may have 1 MiB. */
const NEAR_LIMIT_BYTES = 1024 * 1024 - 1_024;

/** As docs/topics.md counts: a header's name and value have a byte for each of their lengths. */
export const sizeOf = ({ key, value, headers }: RawRecord): number =>
  headers.reduce(
    (bytes, one) => bytes + one.name.length + (one.value?.length ?? 0) + 2,
    (key?.length ?? 0) + (value?.length ?? 0),
  );

/** A good request of exactly so many bytes, filled up in its key, a header, or its value. */
function filledTo(bytes: number, n: number, context: PoisonContext): Poison {
  const fill = (room: number): Buffer => Buffer.alloc(room, 'x');
  switch (n % 3) {
    case 0: {
      const { record, deploymentId } = avro(context);
      const key = fill(bytes - sizeOf({ ...record, key: null }));
      return withId({ ...record, key }, deploymentId ?? null);
    }
    case 1: {
      const padded = withHeaders(avro(context), [header('padding', '')]);
      return withHeaders(avro(context), [header('padding', fill(bytes - sizeOf(padded.record)))]);
    }
    default: {
      const request = requestOf(context);
      const { record } = json(context, { ...request, padding: '' });
      const padding = fill(bytes - sizeOf(record)).toString();
      return json(context, { ...request, padding }, request.request_id);
    }
  }
}

export const SIZE_CLASSES = inGroup('size', [
  {
    name: 'exactly-64-kib',
    what: 'as large as a record may be, by its key, a header or its value',
    fate: TAKEN,
    make: (n, context) => filledTo(MAX_RECORD_BYTES, n, context),
  },
  {
    name: 'one-byte-more',
    what: 'one byte more than that',
    fate: rejected('OVERSIZE'),
    make: (n, context) => filledTo(MAX_RECORD_BYTES + 1, n, context),
  },
  {
    name: 'near-the-topics-limit',
    what: 'a request as large as the topic takes it',
    fate: rejected('OVERSIZE'),
    make: (n, context) => filledTo(NEAR_LIMIT_BYTES, n, context),
  },
  {
    name: 'large-rubbish',
    what: 'rubbish as large as the topic takes it',
    fate: deadLetterAlone('OVERSIZE'),
    make: (n, context) =>
      valueOnly(context, Buffer.alloc(NEAR_LIMIT_BYTES - 256, pick(['{', '\0', 'x', 'a\u0301'], n))),
  },
  {
    name: 'empty-value',
    what: 'a value of no bytes',
    fate: EMPTY_VALUE,
    make: (n, context) =>
      valueOnly(context, Buffer.alloc(0), n % 2 === 0 ? [] : avro(context).record.headers),
  },
  {
    name: 'null-value',
    what: 'no value, which has no meaning on this topic',
    fate: EMPTY_VALUE,
    make: (n, context) => valueOnly(context, null, n % 2 === 0 ? [] : avro(context).record.headers),
  },
  {
    name: 'nothing-at-all',
    what: 'neither key nor value nor header',
    fate: EMPTY_VALUE,
    make: () => ({ record: { key: null, value: null, headers: [] } }),
  },
  {
    name: 'null-key',
    what: 'a good request without a key, or with one of no bytes',
    fate: TAKEN,
    make: (n, context) => {
      const { record, deploymentId } = avro(context);
      return withId({ ...record, key: n % 2 === 0 ? null : Buffer.alloc(0) }, deploymentId ?? null);
    },
  },
  {
    name: 'key-not-utf8',
    what: 'a good request with a key that is no text',
    fate: TAKEN,
    make: (n, context) => {
      const { record, deploymentId } = avro(context);
      return withId({ ...record, key: Buffer.from([0xff, 0xfe, 0, n]) }, deploymentId ?? null);
    },
  },
  {
    name: 'bad-without-key',
    what: 'rubbish without a key, or with one of no bytes: its dead letter has none either',
    fate: deadLetterAlone('MALFORMED'),
    make: (n, context) => ({
      record: { ...recordOf(context, Buffer.from('rubbish'), []), key: n % 2 === 0 ? null : Buffer.alloc(0) },
    }),
  },
]);
