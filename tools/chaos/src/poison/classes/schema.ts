import { encodeCommand, SINGLE_OBJECT } from '@vecino/contracts';
import { confluent, long, payloadOf, singleObjectHeader, text } from '../avro-bytes.js';
import { deadLetterAlone, TAKEN } from '../fate.js';
import { inGroup, pick, type PoisonContext } from '../poison-class.js';
import { SCHEMA_IDS } from '../registered-schemas.js';
import { requestOf, valueOnly, withId } from '../request-record.js';

const MALFORMED = deadLetterAlone('MALFORMED');
const UNKNOWN_SCHEMA = deadLetterAlone('UNKNOWN_SCHEMA');

/** The first released schema of requests, which had no `retry_of`: CRC-64-AVRO, as it stands in the header. */
const FIRST_RELEASE = 'c301357a577cb6232db9';
/** Fills a record without making it oversize. */
const LIST_ITEMS = 12_000;
const LINKS = 30_000;

/** A good request in the Confluent wire format, and what the schema of the id has behind it. */
const registered = (context: PoisonContext, id: number, more: Buffer = Buffer.alloc(0)) =>
  valueOnly(context, confluent(id, Buffer.concat([payloadOf(context), more])));

/** With which schema the value was written. */
export const SCHEMA_CLASSES = inGroup('schema', [
  {
    name: 'first-release',
    what: 'a request written with the first released schema',
    fate: TAKEN,
    make: (_, context) => {
      const request = requestOf(context);
      const value = Buffer.concat([Buffer.from(FIRST_RELEASE, 'hex'), payloadOf(context).subarray(0, -1)]);
      return withId(valueOnly(context, value).record, request.request_id);
    },
  },
  {
    name: 'another-event',
    what: 'a good record of another event: a command',
    fate: UNKNOWN_SCHEMA,
    make: (_, context) => {
      const { canary, tenantId } = context;
      const command = {
        command_id: `c-${canary}`,
        tenant_id: tenantId,
        deployment_id: `d-${canary}`,
        action: 'CANCEL',
      } as const;
      return valueOnly(context, encodeCommand(command, SINGLE_OBJECT).value);
    },
  },
  {
    name: 'foreign-fingerprint',
    what: 'the fingerprint of a schema that nobody knows',
    fate: UNKNOWN_SCHEMA,
    make: (n, context) => {
      const fingerprint = Buffer.alloc(8, n);
      return valueOnly(context, Buffer.concat([Buffer.from('c301', 'hex'), fingerprint, payloadOf(context)]));
    },
  },
  {
    name: 'fingerprint-big-endian',
    what: 'the right fingerprint with its bytes in the wrong order',
    fate: UNKNOWN_SCHEMA,
    make: (_, context) => {
      const header = singleObjectHeader(context);
      const turned = Buffer.from(header.subarray(2)).reverse();
      return valueOnly(context, Buffer.concat([header.subarray(0, 2), turned, payloadOf(context)]));
    },
  },
  {
    name: 'registered-schema',
    what: 'the Confluent wire format and a registered schema with one field more',
    fate: TAKEN,
    needs: 'schema registry',
    make: (n, context) => {
      const labels = Buffer.concat([long(1n), text('x'), text(String(n)), long(0n)]);
      return withId(registered(context, SCHEMA_IDS.more, labels).record, requestOf(context).request_id);
    },
  },
  {
    name: 'unknown-schema-id',
    what: 'an id that the schema registry does not know',
    fate: UNKNOWN_SCHEMA,
    needs: 'schema registry',
    make: (n, context) => registered(context, 1_000_000 + n),
  },
  {
    name: 'negative-schema-id',
    what: 'an id below zero, which no registry gives',
    fate: UNKNOWN_SCHEMA,
    needs: 'schema registry',
    make: (n, context) => registered(context, pick([-1, -(2 ** 31), -1_000 - n], n)),
  },
  {
    name: 'schema-refused',
    what: 'an id for which the schema registry answers that the question is wrong (400, 410, 422)',
    fate: UNKNOWN_SCHEMA,
    needs: 'schema registry',
    make: (n, context) => {
      const { badRequest, gone, unprocessable } = SCHEMA_IDS;
      return registered(context, pick([badRequest, gone, unprocessable], n));
    },
  },
  {
    name: 'schema-unusable',
    what: 'the id of a schema that is not Avro, is none, or has no tenant',
    fate: UNKNOWN_SCHEMA,
    needs: 'schema registry',
    make: (n, context) => {
      const { withoutTenant, protobuf, unparsable, primitive } = SCHEMA_IDS;
      return registered(context, pick([withoutTenant, protobuf, unparsable, primitive], n));
    },
  },
  {
    name: 'array-of-2-31',
    what: 'a list that claims 2^31 items, or a block of as many bytes',
    fate: MALFORMED,
    needs: 'schema registry',
    make: (n, context) => {
      const claimed = pick([2n ** 31n, 2n ** 50n, -(2n ** 31n)], n);
      return registered(context, SCHEMA_IDS.lists, Buffer.concat([long(claimed), long(2n ** 31n), long(0n)]));
    },
  },
  {
    name: 'lists-of-nothing',
    what: 'lists of lists of nothing: 60 KB that claim 600 million items',
    fate: MALFORMED,
    needs: 'schema registry',
    make: (n, context) => {
      const inner = Buffer.concat([long(50_000n + BigInt(n)), long(0n)]);
      const lists = Array.from({ length: LIST_ITEMS }, () => inner);
      const outer = Buffer.concat([long(BigInt(LIST_ITEMS)), ...lists, long(0n)]);
      return registered(context, SCHEMA_IDS.lists, outer);
    },
  },
  {
    name: 'records-in-records',
    what: 'a schema of 41 records in each other, with 2^40 values in no bytes',
    fate: MALFORMED,
    needs: 'schema registry',
    make: (_, context) => registered(context, SCHEMA_IDS.laughs),
  },
  {
    name: 'endless-chain',
    what: 'a record that holds itself, 30,000 deep',
    fate: MALFORMED,
    needs: 'schema registry',
    make: (n, context) =>
      registered(context, SCHEMA_IDS.chain, Buffer.concat([Buffer.alloc(LINKS + n, 2), Buffer.from([0])])),
  },
]);
