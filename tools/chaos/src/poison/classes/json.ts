import { deadLetterAlone, rejected, TAKEN } from '../fate.js';
import { inGroup, pick, type PoisonContext } from '../poison-class.js';
import { json, JSON_HEADERS, recordOf, requestOf, valueOnly, withId } from '../request-record.js';

const MALFORMED = deadLetterAlone('MALFORMED');
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const MAX_DEPTH = 20_000;

const textOf = (context: PoisonContext): string => JSON.stringify(requestOf(context));

/** A request whose fields are of any type; its id counts all the same. */
const jsonWith = (context: PoisonContext, fields: Readonly<Record<string, unknown>>) =>
  json(context, { ...requestOf(context), ...fields }, requestOf(context).request_id);

/** The text of a request with one more member. */
const withMember = (context: PoisonContext, member: string): Buffer =>
  Buffer.from(`${textOf(context).slice(0, -1)},${member}}`);

export const JSON_CLASSES = inGroup('json', [
  {
    name: 'json-with-bom',
    what: 'a byte order mark before the JSON, which RFC 8259 forbids',
    fate: MALFORMED,
    make: (_, context) =>
      valueOnly(context, Buffer.concat([BOM, Buffer.from(textOf(context))]), JSON_HEADERS),
  },
  {
    name: 'json-truncated',
    what: 'JSON that was cut off',
    fate: MALFORMED,
    make: (n, context) => {
      const whole = Buffer.from(textOf(context));
      return valueOnly(context, whole.subarray(0, 1 + (n % (whole.length - 1))), JSON_HEADERS);
    },
  },
  {
    name: 'json-not-an-object',
    what: 'JSON that is a list, text, a number, `true` or `null`',
    fate: MALFORMED,
    make: (n, context) => {
      const request = requestOf(context);
      return json(context, pick<unknown>([[request], request.tenant_id, n, true, null, []], n));
    },
  },
  {
    name: 'json-not-utf8',
    what: 'JSON in UTF-8 that is none: Latin-1, an overlong form, a surrogate, a cut character',
    fate: MALFORMED,
    make: (n, context) => {
      const bytes = pick(['e9', 'c0af', 'eda080', 'f09f98', 'ff', 'f4908080'], n);
      const member = Buffer.concat([
        Buffer.from(',"requested_by":"'),
        Buffer.from(bytes, 'hex'),
        Buffer.from('"}'),
      ]);
      return valueOnly(
        context,
        Buffer.concat([Buffer.from(textOf(context).slice(0, -1)), member]),
        JSON_HEADERS,
      );
    },
  },
  {
    name: 'json-in-utf16',
    what: 'JSON in UTF-16, with and without a byte order mark',
    fate: MALFORMED,
    make: (n, context) => {
      const bytes = Buffer.from(textOf(context), 'utf16le');
      return valueOnly(
        context,
        Buffer.concat([Buffer.from(pick(['', 'fffe'], n), 'hex'), bytes]),
        JSON_HEADERS,
      );
    },
  },
  {
    name: 'json-not-strict',
    what: 'what other parsers let pass: comments, trailing commas, single quotes, `NaN`, two values',
    fate: MALFORMED,
    make: (n, context) => {
      const text = textOf(context);
      const spoilt = pick(
        [
          `/* ${n} */${text}`,
          `${text.slice(0, -1)},}`,
          text.replaceAll('"', "'"),
          `${text.slice(0, -1)},"priority":NaN}`,
          `${text}\n${text}`,
        ],
        n,
      );
      return valueOnly(context, Buffer.from(spoilt), JSON_HEADERS);
    },
  },
  {
    name: 'json-missing-field',
    what: 'one of the fields without a default is missing, its tenant is there',
    fate: rejected('INVALID_FIELD'),
    make: (n, context) =>
      jsonWith(context, { [pick(['router_id', 'router_ip', 'software_version'], n)]: undefined }),
  },
  {
    name: 'json-wrong-type',
    what: 'a field of another type than its own',
    fate: rejected('INVALID_FIELD'),
    make: (n, context) => {
      const field = pick(['router_id', 'router_ip', 'software_version', 'requested_by', 'retry_of'], n);
      return jsonWith(context, { [field]: pick<unknown>([n, true, ['x'], { string: 'x' }, 1.5], n >> 2) });
    },
  },
  {
    name: 'json-tenant-of-wrong-type',
    what: 'the tenant is no text, so there is nobody to tell',
    fate: deadLetterAlone('INVALID_FIELD'),
    make: (n, context) =>
      json(context, {
        ...requestOf(context),
        tenant_id: pick<unknown>([7, null, [context.tenantId], {}, false], n),
      }),
  },
  {
    name: 'json-unknown-members',
    what: 'members that no schema knows, named like the insides of objects, nested 20,000 deep',
    fate: TAKEN,
    make: (n, context) => {
      const member = pick(
        [
          '"__proto__":{"tenant_id":"other","priority":9}',
          '"constructor":{"prototype":{"priority":9}},"toString":1',
          `"deep":${'['.repeat(MAX_DEPTH)}${']'.repeat(MAX_DEPTH)}`,
          '"":null,"\\u0000":{"$where":"1"}',
        ],
        n,
      );
      return withId(
        recordOf(context, withMember(context, member), JSON_HEADERS),
        requestOf(context).request_id,
      );
    },
  },
  {
    name: 'json-null-for-default',
    what: '`null`, or nothing, where the schema has a default',
    fate: TAKEN,
    make: (n, context) =>
      jsonWith(context, { priority: pick([null, undefined], n), not_before: null, requested_at: null }),
  },
]);
