const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:)(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Nanoseconds since the epoch of a `date-and-time`, with its fraction and offset; undefined for anything else.
 * A leap second counts as the second before it; digits beyond nanoseconds are cut.
 * https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function rfc3339ToNs(text: string): bigint | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, date = '', minutes = '', second = '', fraction = '', offset = ''] = match;
  const ms = Date.parse(`${date}T${minutes}${second === '60' ? '59' : second}${offset.toUpperCase()}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
