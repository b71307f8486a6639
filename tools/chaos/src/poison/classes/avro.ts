import {
  long,
  type RequestBytes,
  requestBytes,
  SINGLE_OBJECT_HEADER_BYTES,
  some,
  text,
} from '../avro-bytes.js';
import { deadLetterAlone, rejected, TAKEN } from '../fate.js';
import { inGroup, pick, type PoisonContext } from '../poison-class.js';
import { avroValue, requestOf, valueOnly, withId } from '../request-record.js';

const MALFORMED = deadLetterAlone('MALFORMED');

const TEXT_FIELDS = ['tenantId', 'routerId', 'routerIp', 'softwareVersion'] as const;

/** Bytes that no encoder writes, in one of the fields. */
const spoilt = (context: PoisonContext, more: Partial<RequestBytes>) =>
  valueOnly(context, requestBytes(context, more));
const readable = (context: PoisonContext, more: Partial<RequestBytes>) =>
  withId(spoilt(context, more).record, requestOf(context).request_id);

/** What stands in the payload, under a header that is right. */
export const AVRO_CLASSES = inGroup('avro', [
  {
    name: 'avro-truncated',
    what: 'a payload that was cut off, after each of its bytes in turn',
    fate: MALFORMED,
    make: (n, context) => {
      const whole = avroValue(requestOf(context, { requested_at: 1_800_000_000_000, requested_by: 'ana' }));
      const length = SINGLE_OBJECT_HEADER_BYTES + (n % (whole.length - SINGLE_OBJECT_HEADER_BYTES));
      return valueOnly(context, whole.subarray(0, length));
    },
  },
  {
    name: 'avro-length-beyond-end',
    what: 'a text that claims to be longer than the record: by one byte, 2^31, 2^53, 2^62',
    fate: MALFORMED,
    make: (n, context) => {
      const claimed = pick([1n, 2n ** 31n, 2n ** 53n, 2n ** 62n], n >> 2) + 1_000n;
      return spoilt(context, {
        [pick(TEXT_FIELDS, n)]: Buffer.concat([long(claimed), Buffer.from(context.canary)]),
      });
    },
  },
  {
    name: 'avro-negative-length',
    what: 'a text of negative length, which would be read backwards',
    fate: MALFORMED,
    make: (n, context) => {
      const length = long(-pick([1n, 12n, 2n ** 31n, 2n ** 62n], n >> 2));
      return spoilt(context, {
        [pick(TEXT_FIELDS, n)]: Buffer.concat([length, Buffer.from(context.canary)]),
      });
    },
  },
  {
    name: 'avro-endless-varint',
    what: 'a number of more than ten bytes',
    fate: MALFORMED,
    make: (n, context) =>
      spoilt(context, { priority: Buffer.concat([Buffer.alloc(10 + n, 0xff), Buffer.from([0])]) }),
  },
  {
    name: 'avro-unknown-branch',
    what: 'a union branch that there is not',
    fate: MALFORMED,
    make: (n, context) => {
      const branch = pick([2n, -1n, 127n, 2n ** 40n], n);
      return spoilt(context, {
        [pick(['requestId', 'notBefore', 'retryOf'] as const, n >> 2)]: long(branch),
      });
    },
  },
  {
    name: 'avro-long-beyond-2-53',
    what: 'a time that JavaScript cannot hold as a number',
    fate: MALFORMED,
    make: (n, context) =>
      spoilt(context, { notBefore: some(long(pick([1n, -1n], n) * (2n ** 53n + BigInt(n)))) }),
  },
  {
    name: 'avro-int-beyond-32-bits',
    what: 'a priority of more than 32 bits that would be a good one when cut to 32',
    fate: rejected('INVALID_FIELD'),
    make: (n, context) => readable(context, { priority: long(2n ** 32n * BigInt(1 + n) + 3n) }),
  },
  {
    name: 'avro-text-with-nul',
    what: 'a NUL at the end, in front, or inside of a text',
    fate: rejected('INVALID_FIELD'),
    make: (n, context) => {
      const { canary } = context;
      const content = pick([`r-${canary}\0`, `\0r-${canary}`, `r\0${canary}`], n);
      return readable(context, {
        [pick(['routerId', 'softwareVersion', 'routerIp'] as const, n >> 1)]: text(content),
      });
    },
  },
  {
    name: 'avro-name-not-utf8',
    what: 'a router id that is not UTF-8',
    fate: rejected('INVALID_FIELD'),
    make: (n, context) => {
      const bytes = Buffer.from(pick(['e9', 'c080', 'eda080', 'ff'], n), 'hex');
      return readable(context, { routerId: text(Buffer.concat([Buffer.from(context.canary), bytes])) });
    },
  },
  {
    name: 'avro-person-not-utf8',
    what: 'a `requested_by` that is not UTF-8: read with replacement characters',
    fate: TAKEN,
    make: (n, context) => {
      const bytes = Buffer.from(pick(['4a6f73e9', 'c0af', 'eda080', 'f09f98'], n), 'hex');
      return readable(context, { requestedBy: some(text(bytes)) });
    },
  },
  {
    name: 'avro-overlong-varint',
    what: 'small numbers and lengths in more bytes than they need, as some encoders write them',
    fate: TAKEN,
    make: (n, context) => {
      const priority = long(3n).readUInt8(0);
      const fill = Buffer.alloc(n % 3, 0x80);
      return readable(context, {
        priority: Buffer.concat([Buffer.from([priority | 0x80]), fill, Buffer.from([0])]),
      });
    },
  },
]);
