import { rejected, TAKEN } from '../fate.js';
import { inGroup, type MakePoison, pick, type PoisonContext } from '../poison-class.js';
import { avro } from '../request-record.js';

const INVALID = rejected('INVALID_FIELD');
const OUTSIDE = rejected('ROUTER_OUTSIDE_NETWORKS');

/** Another notation of the router's address, or another address. */
const spelt =
  (write: (n: number, context: PoisonContext) => string): MakePoison =>
  (n, context) =>
    avro(context, { router_ip: write(n, context) });

const octetsOf = ({ ipv4 }: PoisonContext): readonly number[] => ipv4.split('.').map(Number);
const integerOf = (context: PoisonContext): number =>
  octetsOf(context).reduce((value, octet) => value * 256 + octet, 0);
const groupsOf = (context: PoisonContext): readonly string[] => {
  const value = integerOf(context);
  return [(value >>> 16).toString(16), (value & 0xffff).toString(16)];
};

/** One octet in another notation, the others as they are. */
const oneOctet =
  (write: (octet: number, n: number) => string) =>
  (n: number, context: PoisonContext): string =>
    octetsOf(context)
      .map((octet, at) => (at === n % 4 ? write(octet, n) : String(octet)))
      .join('.');

/** All eight groups of the address. */
const expanded = ({ ipv6 }: PoisonContext): string[] => {
  const [head = '', tail = ''] = ipv6.split('::');
  const [front, back] = [head.split(':'), tail.split(':')];
  return [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
};

export const ADDRESS_CLASSES = inGroup('address', [
  {
    name: 'address-octal',
    what: 'an octet in octal, or all of them',
    fate: INVALID,
    make: spelt((n, context) =>
      n % 5 === 4
        ? octetsOf(context)
            .map((octet) => `0${octet.toString(8)}`)
            .join('.')
        : oneOctet((octet) => pick([`0${octet.toString(8)}`, `0o${octet.toString(8)}`], n >> 2))(n, context),
    ),
  },
  {
    name: 'address-hex',
    what: 'an octet in hexadecimal, or the whole address as one number',
    fate: INVALID,
    make: spelt((n, context) =>
      n % 5 === 4
        ? `0x${integerOf(context).toString(16)}`
        : oneOctet((octet) => `0x${octet.toString(16)}`)(n, context),
    ),
  },
  {
    name: 'address-integer',
    what: 'the whole address as one decimal number, or the end of it',
    fate: INVALID,
    make: spelt((n, context) => {
      const [a, b] = octetsOf(context);
      const value = integerOf(context);
      return pick(
        [String(value), `${a}.${value % 2 ** 24}`, `${a}.${b}.${value % 2 ** 16}`, String(2 ** 32 + value)],
        n,
      );
    }),
  },
  {
    name: 'address-leading-zeros',
    what: 'zeros in front of an octet',
    fate: INVALID,
    make: spelt(oneOctet((octet, n) => `${'0'.repeat(1 + (n >> 2))}${octet}`)),
  },
  {
    name: 'address-out-of-range',
    what: 'an octet above 255, below 0, with an exponent, missing, or one too many',
    fate: INVALID,
    make: spelt((n, context) =>
      pick(
        [
          oneOctet(() => '256'),
          oneOctet(() => '-1'),
          oneOctet(() => '1e1'),
          oneOctet(() => ''),
          oneOctet((o) => `${o}.${o}`),
        ],
        n >> 2,
      )(n, context),
    ),
  },
  {
    name: 'address-mapped',
    what: 'the IPv4 address inside an IPv6 one: mapped, compatible, with dots and without',
    fate: INVALID,
    make: spelt((n, context) => {
      const [high, low] = groupsOf(context);
      const { ipv4 } = context;
      return pick(
        [
          `::ffff:${ipv4}`,
          `::ffff:${high}:${low}`,
          `::FFFF:${ipv4}`,
          `::${ipv4}`,
          `0:0:0:0:0:ffff:${high}:${low}`,
          `::ffff:0:${ipv4}`,
        ],
        n,
      );
    }),
  },
  {
    name: 'address-zone',
    what: 'a zone index behind the address',
    fate: INVALID,
    make: spelt((n, { ipv4, ipv6 }) =>
      pick([`fe80::1%eth0`, `${ipv6}%1`, `${ipv4}%lo`, `${ipv6}%25eth0`, `${ipv6}%`], n),
    ),
  },
  {
    name: 'address-brackets',
    what: 'brackets around the address, with a port or without',
    fate: INVALID,
    make: spelt((n, { ipv4, ipv6 }) => pick([`[${ipv6}]`, `[${ipv4}]`, `[${ipv6}]:9339`, `[${ipv6}`], n)),
  },
  {
    name: 'address-port',
    what: 'a port behind the address',
    fate: INVALID,
    make: spelt((n, { ipv4 }) => `${ipv4}:${pick(['22', '9339', '', '0', '65536'], n)}`),
  },
  {
    name: 'address-whitespace',
    what: 'blanks, line ends or NUL around the address or inside',
    fate: INVALID,
    make: spelt((n, { ipv4 }) =>
      pick(
        [
          ` ${ipv4}`,
          `${ipv4} `,
          `${ipv4}\n`,
          `\t${ipv4}`,
          `${ipv4}\0`,
          `\u00a0${ipv4}`,
          ipv4.replace('.', '. '),
          `${ipv4}\u200b`,
        ],
        n,
      ),
    ),
  },
  {
    name: 'address-lookalike',
    what: "digits and dots of other scripts, which some parsers take for the grammar's",
    fate: INVALID,
    make: spelt((n, { ipv4 }) =>
      pick(
        [
          ipv4.replace(/\d/, wide),
          ipv4.replace('.', '\u3002'),
          ipv4.replace(/\d/, arabic),
          ipv4.replace('.', '\uff0e'),
          ipv4.replace('1', '\u2460'),
        ],
        n,
      ),
    ),
  },
  {
    name: 'address-and-more',
    what: 'a prefix length, a dot, a second address, a path, a user, a name',
    fate: INVALID,
    make: spelt((n, { ipv4 }) =>
      pick(
        [
          `${ipv4}/32`,
          `${ipv4}.`,
          `.${ipv4}`,
          `${ipv4},127.0.0.1`,
          `http://${ipv4}/`,
          `ana@${ipv4}`,
          `${ipv4}#x`,
          `${ipv4}.nip.io`,
          `${ipv4}.in-addr.arpa`,
        ],
        n,
      ),
    ),
  },
  {
    name: 'address-name',
    what: 'a name instead of an address, or nothing',
    fate: INVALID,
    make: spelt((n) =>
      pick(
        [
          'localhost',
          'router.example.com',
          'metadata.google.internal',
          '',
          '*',
          'localhost.',
          'xn--nxasmq6b',
        ],
        n,
      ),
    ),
  },
  {
    name: 'address-ipv6-not-canonical',
    what: 'an IPv6 address in another spelling than that of RFC 5952',
    fate: INVALID,
    make: spelt((n, context) => {
      const groups = expanded(context);
      return pick(
        [
          context.ipv6.toUpperCase(),
          groups.join(':'),
          groups.map((group) => group.padStart(4, '0')).join(':'),
          context.ipv6.replace('2001', '02001'),
          context.ipv6.replace('::', ':0::'),
          `${context.ipv6}::`,
          groups.slice(0, 7).join(':'),
          `:${context.ipv6}`,
        ],
        n,
      );
    }),
  },
  {
    name: 'address-ipv6',
    what: "an IPv6 address of the tenant's, spelt as it is to be",
    fate: TAKEN,
    make: spelt((_, { ipv6 }) => ipv6),
  },
  {
    name: 'address-loopback',
    what: "the platform's own loopback",
    fate: OUTSIDE,
    make: spelt((n) => pick([`127.0.0.${1 + (n % 250)}`, '::1', '127.255.255.254'], n)),
  },
  {
    name: 'address-link-local',
    what: 'link-local addresses, that of cloud metadata among them',
    fate: OUTSIDE,
    make: spelt((n) => pick(['169.254.169.254', `fe80::${(1 + n).toString(16)}`, `169.254.1.${n % 250}`], n)),
  },
  {
    name: 'address-multicast',
    what: 'multicast addresses',
    fate: OUTSIDE,
    make: spelt((n) => pick([`224.0.0.${1 + (n % 250)}`, 'ff02::1', '239.255.255.250'], n)),
  },
  {
    name: 'address-unspecified',
    what: 'the unspecified address and its network',
    fate: OUTSIDE,
    make: spelt((n) => pick(['0.0.0.0', '::', `0.0.0.${n % 250}`], n)),
  },
  {
    name: 'address-broadcast',
    what: 'the broadcast address and what is reserved',
    fate: OUTSIDE,
    make: spelt((n) => pick(['255.255.255.255', `240.0.0.${n % 250}`], n)),
  },
  {
    name: 'address-of-the-platform',
    what: "an address in the platform's own networks",
    fate: OUTSIDE,
    make: spelt((_, { platformIpv4 }) => platformIpv4),
  },
  {
    name: 'address-of-another-tenant',
    what: "an address in another tenant's networks",
    fate: OUTSIDE,
    make: spelt((_, { foreignIpv4 }) => foreignIpv4),
  },
  {
    name: 'address-translated',
    what: "the tenant's own address as NAT64 and 6to4 write it",
    fate: OUTSIDE,
    make: spelt((n, context) => {
      const [high, low] = groupsOf(context);
      return pick([`64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`], n);
    }),
  },
]);

const wide = (digit: string): string => String.fromCharCode(digit.charCodeAt(0) + 0xfee0);
const arabic = (digit: string): string => String.fromCharCode(digit.charCodeAt(0) - 0x30 + 0x660);
