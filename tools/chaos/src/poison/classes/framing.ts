import {
  confluent,
  payloadOf,
  requestBytes,
  SINGLE_OBJECT_HEADER_BYTES,
  singleObjectHeader,
} from '../avro-bytes.js';
import { deadLetterAlone, rejected, TAKEN } from '../fate.js';
import { inGroup, pick } from '../poison-class.js';
import { avro, avroValue, json, JSON_HEADERS, requestOf, valueOnly, withId } from '../request-record.js';
import { header } from '../wire/raw-record.js';

const MALFORMED = deadLetterAlone('MALFORMED');
const UNKNOWN_SCHEMA = deadLetterAlone('UNKNOWN_SCHEMA');

/** How the value says what it is. */
export const FRAMING_CLASSES = inGroup('framing', [
  {
    name: 'no-magic',
    what: 'an Avro payload without any header',
    fate: MALFORMED,
    make: (_, context) => valueOnly(context, payloadOf(context)),
  },
  {
    name: 'wrong-magic',
    what: 'another magic before fingerprint and payload: of another version, swapped, text',
    fate: MALFORMED,
    make: (n, context) => {
      const magic = Buffer.from(pick(['c302', 'c300', '01c3', 'c201', 'ffff', '4f62', '50415231'], n), 'hex');
      return valueOnly(context, Buffer.concat([magic, avroValue(requestOf(context)).subarray(2)]));
    },
  },
  {
    name: 'truncated-single-object-header',
    what: 'one to nine bytes of the header of ten, and nothing else',
    fate: MALFORMED,
    make: (n, context) =>
      valueOnly(context, singleObjectHeader(context).subarray(0, 1 + (n % (SINGLE_OBJECT_HEADER_BYTES - 1)))),
  },
  {
    name: 'single-object-header-only',
    what: 'a right header and no payload',
    fate: MALFORMED,
    make: (_, context) => valueOnly(context, singleObjectHeader(context)),
  },
  {
    name: 'confluent-truncated',
    what: 'the Confluent magic byte and none to three bytes of the id',
    fate: MALFORMED,
    make: (n, context) => valueOnly(context, confluent(1, Buffer.alloc(0)).subarray(0, 1 + (n % 4))),
  },
  {
    name: 'confluent-without-registry',
    what: 'a good request in the Confluent wire format where no schema registry is configured',
    fate: UNKNOWN_SCHEMA,
    needs: 'no schema registry',
    make: (n, context) => valueOnly(context, confluent(1 + n, payloadOf(context))),
  },
  {
    name: 'confluent-negative-without-registry',
    what: 'the same with an id below zero',
    fate: UNKNOWN_SCHEMA,
    needs: 'no schema registry',
    make: (n, context) => valueOnly(context, confluent(-1 - n, payloadOf(context))),
  },
  {
    name: 'json-without-content-type',
    what: 'JSON that no header names',
    fate: MALFORMED,
    make: (n, context) => {
      const headers = pick(
        [[], [header('content-type', 'text/plain')], [header('content_type', 'application/json')]],
        n,
      );
      return valueOnly(context, Buffer.from(JSON.stringify(requestOf(context))), headers);
    },
  },
  {
    name: 'json-said-to-be-avro',
    what: 'JSON under the content type of Avro',
    fate: MALFORMED,
    make: (_, context) => valueOnly(context, Buffer.from(JSON.stringify(requestOf(context)))),
  },
  {
    name: 'avro-said-to-be-json',
    what: 'Avro under the content type of JSON',
    fate: MALFORMED,
    make: (_, context) => valueOnly(context, avroValue(requestOf(context)), JSON_HEADERS),
  },
  {
    name: 'content-type-spellings',
    what: 'JSON under its content type in other letters, with parameters, or as `+json`',
    fate: TAKEN,
    make: (n, context) => {
      const [name, value] = pick(
        [
          ['Content-Type', 'Application/JSON'],
          ['CONTENT-TYPE', 'application/json; charset=utf-8'],
          ['content-type', ' application/json ;a=b'],
          ['content-type', 'application/vnd.vecino.request+json'],
        ],
        n,
      );
      const { record, deploymentId } = json(context, requestOf(context), requestOf(context).request_id);
      return withId({ ...record, headers: [header(name as string, value as string)] }, deploymentId ?? null);
    },
  },
  {
    name: 'content-type-unknown',
    what: 'a good Avro request under a content type that nobody knows, that is empty, no text, or without a value',
    fate: TAKEN,
    make: (n, context) => {
      const said = pick(
        [
          header('content-type', 'application/octet-stream'),
          header('content-type', ''),
          header('content-type', Buffer.from([0xff, 0xfe])),
          header('content-type', null),
        ],
        n,
      );
      const { record, deploymentId } = avro(context);
      return withId({ ...record, headers: [said] }, deploymentId ?? null);
    },
  },
  {
    name: 'cloudevents-structured',
    what: 'a CloudEvent in structured mode, the request as its data',
    fate: MALFORMED,
    make: (_, context) => {
      const event = {
        specversion: '1.0',
        id: context.canary,
        type: 'x',
        source: '/x',
        data: requestOf(context),
      };
      const headers = [header('content-type', 'application/cloudevents+json; charset=utf-8')];
      return valueOnly(context, Buffer.from(JSON.stringify(event)), headers);
    },
  },
  {
    name: 'trailing-bytes',
    what: 'a whole request and something after it',
    fate: rejected('MALFORMED'),
    make: (n, context) => {
      const request = requestOf(context);
      const value = Buffer.concat([avroValue(request), Buffer.alloc(1 + n, n)]);
      return withId(valueOnly(context, value).record, request.request_id);
    },
  },
  {
    name: 'two-requests-in-one',
    what: 'two framed requests in one value',
    fate: rejected('MALFORMED'),
    make: (_, context) => {
      const request = requestOf(context);
      const value = Buffer.concat([avroValue(request), requestBytes(context)]);
      return withId(valueOnly(context, value).record, request.request_id);
    },
  },
]);
