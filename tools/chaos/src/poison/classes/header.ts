import { deadLetterAlone, rejected, TAKEN } from '../fate.js';
import { inGroup, pick, type PoisonContext } from '../poison-class.js';
import { avro, valueOnly, withHeaders } from '../request-record.js';
import { header, type RawHeader } from '../wire/raw-record.js';

const MALFORMED = deadLetterAlone('MALFORMED');
const OVERSIZE = rejected('OVERSIZE');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

const many = (count: number, one: (i: number) => RawHeader): readonly RawHeader[] =>
  Array.from({ length: count }, (_, i) => one(i));

const repeated = (count: number, one: RawHeader): readonly RawHeader[] =>
  Array.from({ length: count }, () => one);

/** Rubbish, so that its headers must come back in a dead letter. */
const rubbish = (context: PoisonContext, headers: readonly RawHeader[]) =>
  valueOnly(context, Buffer.from('rubbish'), headers);

const forged = (n: number): readonly RawHeader[] => [
  header('__connect.errors.topic', 'another-topic'),
  header('__connect.errors.partition', String(n)),
  header('__connect.errors.exception.class.name', 'UNKNOWN_TENANT'),
  header('__connect.errors.exception.message', 'forged'),
  header('__connect.errors.exception.class.name', 'twice'),
  header('__Connect.Errors.stage', 'in other letters'),
  header('__connect.errors.not-a-name-of-ours', null),
];

export const HEADER_CLASSES = inGroup('header', [
  {
    name: 'thousands-of-headers',
    what: '5,000 headers of as many names on a good request',
    fate: TAKEN,
    make: (n, context) =>
      withHeaders(
        avro(context),
        many(5_000, (i) => header(`h${n}-${i}`, '1')),
      ),
  },
  {
    name: 'header-bomb',
    what: '40,000 headers of as many names',
    fate: OVERSIZE,
    make: (n, context) =>
      withHeaders(
        avro(context),
        many(40_000, (i) => header(`h${n}-${i}`, 'x')),
      ),
  },
  {
    name: 'repeated-header-bomb',
    what: '60,000 headers of one name, with a value of one byte or none',
    fate: OVERSIZE,
    make: (n, context) => withHeaders(avro(context), repeated(60_000, header('a', n % 2 === 0 ? 'x' : ''))),
  },
  {
    name: 'nameless-header-bomb',
    what: '200,000 headers without name and value, which have no bytes of their own',
    fate: OVERSIZE,
    make: (n, context) => withHeaders(avro(context), repeated(200_000, header('', n % 2 === 0 ? '' : null))),
  },
  {
    name: 'repeated-headers',
    what: 'headers that come several times, on a good request',
    fate: TAKEN,
    make: (_, context) =>
      withHeaders(avro(context), [
        header('twice', '1'),
        header('content-type', 'text/plain'),
        header('twice', '2'),
      ]),
  },
  {
    name: 'repeated-headers-on-rubbish',
    what: 'the same on rubbish, in an order in which other names lie between',
    fate: MALFORMED,
    make: (n, context) =>
      rubbish(context, [
        header('b', '1'),
        header('a', '2'),
        header('b', '3'),
        header('c', String(n)),
        header('a', '4'),
      ]),
  },
  {
    name: 'header-names-like-numbers',
    what: 'names that a JavaScript object would sort, on rubbish',
    fate: MALFORMED,
    make: (n, context) =>
      rubbish(context, [
        header('z', ''),
        header('10', '1'),
        header('9', '2'),
        header(String(n), '3'),
        header('a', '4'),
      ]),
  },
  {
    name: 'header-names-of-objects',
    what: 'names of the insides of objects, on rubbish',
    fate: MALFORMED,
    make: (n, context) =>
      rubbish(
        context,
        ['constructor', '__proto__', 'toString', '', 'hasOwnProperty', '__proto__', 'then'].map((name) =>
          header(name, String(n)),
        ),
      ),
  },
  {
    name: 'header-without-value',
    what: 'headers whose value is missing, which is not the same as an empty one, on rubbish',
    fate: MALFORMED,
    make: (n, context) =>
      rubbish(context, [
        header('none', null),
        header('empty', ''),
        header('both', pick([null, ''], n)),
        header('both', pick(['', null], n)),
      ]),
  },
  {
    name: 'headers-without-value-on-good',
    what: 'the same on a good request, for the headers that ingest reads too',
    fate: TAKEN,
    make: (_, context) =>
      withHeaders(avro(context), [
        header('traceparent', null),
        header('tracestate', null),
        header('ce_id', null),
        header('x', null),
      ]),
  },
  {
    name: 'header-not-utf8',
    what: 'values that are no text, on rubbish',
    fate: MALFORMED,
    make: (n, context) =>
      rubbish(context, [
        header('bytes', Buffer.from([0xff, 0xfe, 0, n])),
        header('content-type', Buffer.from([0xc3, 0x28])),
      ]),
  },
  {
    name: 'header-name-not-utf8',
    what: 'a name that is no text, which Kafka does not forbid, on a good request',
    fate: TAKEN,
    make: (n, context) => withHeaders(avro(context), [header(Buffer.from([0xff, 0xfe, n]), 'x')]),
  },
  {
    name: 'header-names-not-utf8-on-rubbish',
    what: 'names that are no text, one of them twice, on rubbish',
    fate: MALFORMED,
    make: (n, context) =>
      rubbish(
        context,
        [Buffer.from([0xff, n]), Buffer.from([0xfe]), Buffer.from('a'), Buffer.from([0xff, n])].map((name) =>
          header(name, '1'),
        ),
      ),
  },
  {
    name: 'invalid-traceparent',
    what: 'a `traceparent` that W3C Trace Context calls invalid, on a good request',
    fate: TAKEN,
    make: (n, context) => {
      const traceparent = pick(
        [
          '',
          'x'.repeat(60_000),
          `00-${'0'.repeat(32)}-${SPAN}-01`,
          `00-${TRACE}-${'0'.repeat(16)}-01`,
          `ff-${TRACE}-${SPAN}-01`,
          `00-${TRACE.toUpperCase()}-${SPAN}-01`,
          `00-${TRACE}-${SPAN}-01\n`,
          `00-${TRACE}-${SPAN}`,
          `00-${TRACE}-${SPAN}-01-more`,
        ],
        n,
      );
      return withHeaders(avro(context), [header('traceparent', traceparent), header('tracestate', 'a=b')]);
    },
  },
  {
    name: 'odd-tracestate',
    what: 'a `tracestate` that is too long, has line ends, or is no text, under a good `traceparent`',
    fate: TAKEN,
    make: (n, context) => {
      const tracestate = pick(
        [Buffer.alloc(600, 'x'), Buffer.from('a=b\r\nx: y'), Buffer.from([0xff, 0]), Buffer.from('é=1')],
        n,
      );
      return withHeaders(avro(context), [
        header('traceparent', `00-${TRACE}-${SPAN}-01`),
        header('tracestate', tracestate),
      ]);
    },
  },
  {
    name: 'forged-error-headers',
    what: '`__connect.errors.*` headers on a good request',
    fate: TAKEN,
    make: (n, context) => withHeaders(avro(context), forged(n)),
  },
  {
    name: 'forged-error-headers-on-rubbish',
    what: '`__connect.errors.*` headers on rubbish: its dead letter has the true ones, and no other',
    fate: MALFORMED,
    make: (n, context) => rubbish(context, [header('before', '1'), ...forged(n), header('after', '2')]),
  },
  {
    name: 'forged-events-headers',
    what: "CloudEvents' headers and the mark of a replay that contradict the value, on a good request",
    fate: TAKEN,
    make: (n, context) =>
      withHeaders(avro(context), [
        header('ce_specversion', '9'),
        header('ce_id', `other-${n}`),
        header('ce_type', 'vecino.deployment.status.v1'),
        header('ce_subject', '../../etc/passwd'),
        header('ce_time', 'yesterday'),
        header('vecino_replay_of', `somewhere/${n}/-1`),
      ]),
  },
]);
