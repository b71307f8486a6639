import { contains, overlaps, parseCidr, type Cidr } from './ip-cidr.js';
import { type IpAddress } from './ip-address.js';
import { invariant } from './invariant.js';

/** What an address is for, as far as it decides whether a platform may dial it (IANA special-purpose registries). */
export type IpClass =
  'unspecified' | 'loopback' | 'link-local' | 'multicast' | 'broadcast' | 'private' | 'global';

/** Every class but `global`, which is what lies in none of these. */
export type SpecialIpClass = Exclude<IpClass, 'global'>;

const network = (text: string): Cidr => {
  const cidr = parseCidr(text);
  invariant(cidr, `${text} is a network`);
  return cidr;
};

const SPECIAL_NETWORKS: ReadonlyArray<readonly [SpecialIpClass, readonly Cidr[]]> = [
  ['unspecified', ['0.0.0.0/8', '::/128'].map(network)],
  ['loopback', ['127.0.0.0/8', '::1/128'].map(network)],
  ['link-local', ['169.254.0.0/16', 'fe80::/10'].map(network)],
  ['multicast', ['224.0.0.0/4', 'ff00::/8'].map(network)],
  // 240.0.0.0/4 is reserved and never routed; its last address is the limited broadcast.
  ['broadcast', ['240.0.0.0/4'].map(network)],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map(network)],
];

export function classifyIp(ip: IpAddress): IpClass {
  return SPECIAL_NETWORKS.find(([, networks]) => networks.some((n) => contains(n, ip)))?.[0] ?? 'global';
}

/** Every special class of which the network holds at least one address. */
export function specialClassesIn(cidr: Cidr): readonly SpecialIpClass[] {
  return SPECIAL_NETWORKS.filter(([, networks]) => networks.some((n) => overlaps(n, cidr))).map(
    ([name]) => name,
  );
}
