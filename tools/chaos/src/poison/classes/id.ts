import { deadLetterAlone, rejected, TAKEN } from '../fate.js';
import { inGroup, type MakePoison, pick, type PoisonContext } from '../poison-class.js';
import { avro, json, requestOf } from '../request-record.js';

const INVALID = rejected('INVALID_FIELD');
const ID_FIELDS = ['router_id', 'software_version', 'request_id', 'retry_of'] as const;

/** In each of the ids in turn; a `request_id` that breaks the grammar gives the deployment none. */
const inIds =
  (spoil: (id: string, n: number) => string): MakePoison =>
  (n, context) => {
    const field = pick(ID_FIELDS, n);
    const poison = avro(context, { [field]: spoil(context.canary, Math.floor(n / ID_FIELDS.length)) });
    return field === 'request_id' ? { record: poison.record } : poison;
  };

const NAMES_OF_OBJECTS = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'prototype',
  'then',
  'null',
  'undefined',
  'NaN',
  'CON',
  'length',
];

export const ID_CLASSES = inGroup('id', [
  {
    name: 'id-too-long',
    what: 'an id of 129 characters and more',
    fate: INVALID,
    make: inIds((id, n) => id.padEnd(129 + n * 97, 'x')),
  },
  {
    name: 'id-of-128',
    what: 'ids of exactly 128 characters, which is as many as there may be',
    fate: TAKEN,
    make: (_, context) => {
      const id = context.canary.padEnd(128, '.-_');
      return avro(context, { router_id: id, software_version: id, request_id: id, retry_of: id });
    },
  },
  {
    name: 'id-starts-wrong',
    what: 'an id that starts with a dot, a hyphen or an underscore',
    fate: INVALID,
    make: inIds((id, n) => `${pick(['.', '-', '_', '..', '--', '.-'], n)}${id}`),
  },
  {
    name: 'id-empty',
    what: 'an id of no characters',
    fate: INVALID,
    make: inIds(() => ''),
  },
  {
    name: 'id-lookalike',
    what: 'letters that look like those of the grammar: Cyrillic, Greek, full width, combining, zero width',
    fate: INVALID,
    make: inIds(
      (id, n) =>
        `${id}${pick(['\u0430', '\u03bf', '\uff21', 'e\u0301', '\u200b', '\u2010', '\u{1d4d0}', '\u00ad', '\u0661'], n)}`,
    ),
  },
  {
    name: 'id-path-traversal',
    what: 'paths, also encoded and of Windows',
    fate: INVALID,
    make: inIds((id, n) =>
      pick(
        [
          `../../${id}`,
          `${id}/../..`,
          `..%2f..%2f${id}`,
          `${id}\\..\\x`,
          `/etc/${id}`,
          `${id}/`,
          `file:${id}`,
        ],
        n,
      ),
    ),
  },
  {
    name: 'id-with-newline',
    what: 'a line end at the end, in front or inside',
    fate: INVALID,
    make: inIds((id, n) => pick([`${id}\n`, `\n${id}`, `${id}\r\nx`, `${id}\u2028`, `${id}\u0085`], n)),
  },
  {
    name: 'id-with-control-character',
    what: 'NUL, escape, delete, the turn of the writing direction',
    fate: INVALID,
    make: inIds((id, n) => `${id}${pick(['\0', '\u001b[31m', '\u007f', '\u202e', '\u0007', '\ufeff'], n)}`),
  },
  {
    name: 'id-with-whitespace',
    what: 'blanks around or inside',
    fate: INVALID,
    make: inIds((id, n) => pick([` ${id}`, `${id} `, `${id} x`, `\t${id}`, `${id}\u00a0`, `\u3000${id}`], n)),
  },
  {
    name: 'id-for-an-interpreter',
    what: 'SQL, a query of Temporal, a template, a lookup, markup, a format',
    fate: INVALID,
    make: inIds((id, n) =>
      pick(
        [
          `${id}' OR '1'='1`,
          `${id}" OR TenantId="x`,
          `{{${id}}}`,
          `\${jndi:ldap://x/${id}}`,
          `<script>${id}`,
          `${id}%s%n`,
          `${id};rm`,
          `$(${id})`,
        ],
        n,
      ),
    ),
  },
  {
    name: 'id-proto',
    what: '`__proto__`, which breaks the grammar as well',
    fate: INVALID,
    make: inIds(() => '__proto__'),
  },
  {
    name: 'id-named-like-insides',
    what: '`constructor`, `toString`, `null` and others, which the grammar allows',
    fate: TAKEN,
    make: (n, context) => {
      const name = pick(NAMES_OF_OBJECTS, n);
      return avro(context, {
        router_id: name,
        software_version: name,
        request_id: `${name}.${context.canary}`,
        retry_of: name,
      });
    },
  },
  {
    name: 'person-too-long-or-controlled',
    what: 'a `requested_by` of more than 256 characters, or with control characters',
    fate: INVALID,
    make: (n, context) =>
      avro(context, {
        requested_by: pick(['x'.repeat(257 + n), 'a\nb', 'a\0b', '\u001b]0;x\u0007', 'a\u0085b'], n),
      }),
  },
  {
    name: 'person-odd-but-good',
    what: 'a `requested_by` in any script, with pictures, markup and quotes, of up to 256 characters',
    fate: TAKEN,
    make: (n, context) =>
      avro(context, {
        requested_by: pick(
          ['', '\u202eana', '😀'.repeat(128), '<b>&"\'\\', '田中さん', '\u00a0', '${x}%s', 'x'.repeat(256)],
          n,
        ),
      }),
  },
  {
    name: 'person-half-a-character',
    what: 'JSON whose `requested_by` holds half of a surrogate pair',
    fate: TAKEN,
    make: (n, context) =>
      json(
        context,
        { ...requestOf(context), requested_by: pick(['\ud83d', 'a\udc00b', '\udc00\ud83d'], n) },
        requestOf(context).request_id,
      ),
  },
  {
    name: 'tenant-breaks-the-grammar',
    what: 'a tenant that cannot be one',
    fate: deadLetterAlone('UNKNOWN_TENANT'),
    make: (n, context) => avro(context, { tenant_id: brokenTenant(n, context) }),
  },
]);

const brokenTenant = (n: number, { tenantId, canary }: PoisonContext): string =>
  pick(
    [
      '',
      `-${tenantId}`,
      `${tenantId}.`,
      `${tenantId}_x`,
      `${tenantId}/../x`,
      `${tenantId}\0`,
      `${tenantId}\n`,
      '__proto__',
      canary.padEnd(400, 'x'),
      `${tenantId}\u200b`,
    ],
    n,
  );
