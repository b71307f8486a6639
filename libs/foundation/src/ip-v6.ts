const GROUPS = 8;
const GROUP = /^(?:0|[1-9a-f][0-9a-f]{0,3})$/;
/** `::ffff:0:0/96`: an IPv4 address in disguise, which would be a second spelling of it. */
const MAPPED_IPV4_PREFIX = 0xffffn;

/**
 * The address as an unsigned number of 128 bits; undefined unless it is spelled as RFC 5952 says (section 4:
 * lower case, no leading zeros, the longest run of zero groups compressed, the first of equal ones, never a single group).
 */
export function parseIpv6(text: string): bigint | undefined {
  const groups = expand(text);
  if (groups === undefined) return undefined;
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(parseInt(group, 16)), 0n);
  if (value >> 32n === MAPPED_IPV4_PREFIX) return undefined;
  return formatIpv6(value) === text ? value : undefined;
}

/** RFC 5952 text of an unsigned number of 128 bits. */
export function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, index) =>
    ((value >> BigInt(16 * (GROUPS - 1 - index))) & 0xffffn).toString(16),
  );
  const zeros = longestZeroRun(groups);
  if (zeros.length < 2) return groups.join(':');
  const head = groups.slice(0, zeros.start).join(':');
  const tail = groups.slice(zeros.start + zeros.length).join(':');
  return `${head}::${tail}`;
}

/** The eight groups of the text, or undefined where it has no such form. */
function expand(text: string): string[] | undefined {
  if (text.length > 39) return undefined;
  const halves = text.split('::');
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined || halves.length > 2) return undefined;
  const missing = GROUPS - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.every((group) => GROUP.test(group)) ? groups : undefined;
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === '0' ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}
