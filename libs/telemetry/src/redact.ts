export const REDACTED = '[redacted]';

/** Names of fields whose values never reach a log, in whatever case and with whatever around them. */
const SECRET =
  /pass(word|phrase|wd)|secret|token$|api[_-]?key|authorization|private[_-]?key|key_pem|credential|cookie/i;
/** `user:password@` of an address. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
/** Deeper there is nothing that is worth a line. */
const DEEPEST = 6;

/** Text as it may be logged: addresses without who asks there, and with which password. */
export const redactText = (text: string): string =>
  text.includes('://') ? text.replace(USER_INFO, `$1${REDACTED}@`) : text;

/** Fields as they may be logged. What a logger writes in a way of its own (errors, buffers, dates) stays as it is. */
export function redactFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    redacted[name] = SECRET.test(name) && value !== undefined ? REDACTED : redactValue(value, depth + 1);
  return redacted;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((one) => redactValue(one, depth + 1));
  return isPlain(value) ? redactFields(value as Record<string, unknown>, depth) : value;
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
