import fc from 'fast-check';
import { formatIpv4 } from './ip-v4.js';
import { formatIpv6 } from './ip-v6.js';
import { contains, IP_BITS, overlaps, parseCidr, parseIp, type Cidr, type IpFamily } from './index.js';

const format = (family: IpFamily, value: bigint): string =>
  family === 4 ? formatIpv4(value) : formatIpv6(value);
const isMappedIpv4 = (family: IpFamily, value: bigint): boolean => family === 6 && value >> 32n === 0xffffn;

/** Addresses with long runs of zero bits, where compression has something to do. */
const address = fc
  .tuple(fc.constantFrom<IpFamily>(4, 6), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.nat(127))
  .map(([family, bits, shift]) => ({
    family,
    value: ((bits >> BigInt(shift)) << BigInt(shift >> 1)) & (2n ** BigInt(IP_BITS[family]) - 1n),
  }))
  .filter(({ family, value }) => !isMappedIpv4(family, value));

const network = fc.tuple(address, fc.nat(128)).map(([{ family, value }, n]): Cidr => {
  const prefix = n % (IP_BITS[family] + 1);
  const hostBits = BigInt(IP_BITS[family] - prefix);
  const cidr = parseCidr(`${format(family, (value >> hostBits) << hostBits)}/${prefix}`);
  if (cidr === undefined) throw new Error('generator made no network');
  return cidr;
});

const ends = (cidr: Cidr) => {
  const last = cidr.base + 2n ** BigInt(IP_BITS[cidr.family] - cidr.prefix) - 1n;
  return { family: cidr.family, first: cidr.base, last };
};

describe('addresses', () => {
  it('have exactly one spelling: what is formatted is read back, and nothing else is', () => {
    fc.assert(
      fc.property(address, ({ family, value }) => {
        const text = format(family, value);
        expect(parseIp(text)).toEqual({ family, text, value });
        if (/[a-f]/.test(text)) expect(parseIp(text.toUpperCase())).toBeUndefined();
        expect(parseIp(`0${text}`)).toBeUndefined();
      }),
    );
  });

  it('of any text parse to themselves or not at all', () => {
    const text = fc.stringMatching(/^[0-9a-f:.]{0,40}$/);
    fc.assert(
      fc.property(text, (candidate) => {
        const ip = parseIp(candidate);
        return ip === undefined || format(ip.family, ip.value) === candidate;
      }),
    );
  });
});

describe('networks', () => {
  it('contain an address exactly when it lies between their ends', () => {
    fc.assert(
      fc.property(network, address, (cidr, { family, value }) => {
        const { first, last } = ends(cidr);
        const expected = family === cidr.family && first <= value && value <= last;
        expect(contains(cidr, { family, value })).toBe(expected);
        expect(contains(cidr, { family: cidr.family, value: first })).toBe(true);
        expect(contains(cidr, { family: cidr.family, value: last })).toBe(true);
      }),
    );
  });

  it('overlap exactly when their ranges do, whichever is named first', () => {
    fc.assert(
      fc.property(network, network, (a, b) => {
        const [x, y] = [ends(a), ends(b)];
        const expected = x.family === y.family && x.first <= y.last && y.first <= x.last;
        expect(overlaps(a, b)).toBe(expected);
        expect(overlaps(b, a)).toBe(expected);
      }),
    );
  });
});
