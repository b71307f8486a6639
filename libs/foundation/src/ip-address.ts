import { isIpv4Text, parseIpv4 } from './ip-v4.js';
import { parseIpv6 } from './ip-v6.js';

export type IpFamily = 4 | 6;

/** One IP address. `text` is its only spelling here, so equal addresses have equal texts. */
export interface IpAddress {
  readonly family: IpFamily;
  /** Canonical: dotted decimal without leading zeros, or RFC 5952. */
  readonly text: string;
  /** The address as an unsigned number of 32 or 128 bits. */
  readonly value: bigint;
}

/** Number of bits of an address of the family. */
export const IP_BITS = { 4: 32, 6: 128 } as const satisfies Record<IpFamily, number>;

/**
 * Reads an address in its canonical spelling; undefined for anything else.
 *
 * Strict on purpose: the text is a lock's key and is compared with the tenant's networks, so a second spelling of one
 * address (leading zeros, upper case, zone ids, IPv4 inside IPv6) must not get past here.
 */
export function parseIp(text: string): IpAddress | undefined {
  const family: IpFamily = isIpv4Text(text) ? 4 : 6;
  const value = family === 4 ? parseIpv4(text) : parseIpv6(text);
  return value === undefined ? undefined : { family, text, value };
}
