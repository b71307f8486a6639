import { IP_BITS, parseIp, type IpAddress, type IpFamily } from './ip-address.js';

/** A network: all addresses whose first `prefix` bits are those of `base`. */
export interface Cidr {
  readonly family: IpFamily;
  /** `base/prefix` in canonical spelling. */
  readonly text: string;
  readonly base: bigint;
  /** Number of leading bits, 0-32 or 0-128. */
  readonly prefix: number;
}

const CIDR = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/;

/** Reads `address/prefix`; undefined unless the address is canonical and its bits beyond the prefix are zero. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address, bits] = CIDR.exec(text) ?? [];
  if (address === undefined || bits === undefined) return undefined;
  const ip = parseIp(address);
  const prefix = Number(bits);
  if (ip === undefined || prefix > IP_BITS[ip.family]) return undefined;
  const hostBits = BigInt(IP_BITS[ip.family] - prefix);
  if ((ip.value >> hostBits) << hostBits !== ip.value) return undefined;
  return { family: ip.family, text, base: ip.value, prefix };
}

export function contains(network: Cidr, ip: Pick<IpAddress, 'family' | 'value'>): boolean {
  if (network.family !== ip.family) return false;
  const hostBits = BigInt(IP_BITS[network.family] - network.prefix);
  return ip.value >> hostBits === network.base >> hostBits;
}

/** Whether any address lies in both: networks overlap only where the wider one contains the other. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  const [wider, narrower] = a.prefix <= b.prefix ? [a, b] : [b, a];
  return contains(wider, { family: narrower.family, value: narrower.base });
}
