const OCTET = '(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])';
const DOTTED_DECIMAL = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Whether the text is an IPv4 address in its canonical spelling. */
export const isIpv4Text = (text: string): boolean => DOTTED_DECIMAL.test(text);

/** The address as an unsigned number of 32 bits; undefined unless canonical. */
export function parseIpv4(text: string): bigint | undefined {
  if (!isIpv4Text(text)) return undefined;
  return BigInt(text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0));
}

export function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}
