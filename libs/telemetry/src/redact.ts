import { stdSerializers } from 'pino';

const REDACTED = '[redacted]';

/** Names of fields whose values never reach a log, in whatever case and with whatever around them. */
const SECRET =
  /pass(word|phrase|wd)|pwd|secret|token$|(api|access|private|signing|encryption)[_-]?key|authorization|key_pem|credential|cookie/i;
/** `user:password@` of an address. A password may hold an `@` or a `/` that nobody has escaped. */
const USER_INFO = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s"'<>]{0,1000}@/gi;
/** Also one that was cut off, or whose line ends are escaped. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const BEARER = /\b(bearer\s+)[\w.~+/=-]{8,}/gi;
/** As in the query of an address, or in a connection string. */
const ASSIGNED = /((?:pass(?:word|phrase|wd)|pwd|secret|token|(?:api|access)[_-]?key)=)[^\s&;,"']+/gi;
/** Deeper there is nothing that is worth a line, and a circle has no end. */
const DEEPEST = 6;
const TOO_DEEP = '[…]';

/** Text as it may be logged: addresses without who asks there, and with which password; no keys, no tokens. */
export const redactText = (text: string): string =>
  text
    .replace(USER_INFO, `$1${REDACTED}@`)
    .replace(PRIVATE_KEY, REDACTED)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(ASSIGNED, `$1${REDACTED}`);

/** Fields as they may be logged: plain JSON, whatever they held. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields) as [string, unknown][])
    redacted[redactText(name)] =
      SECRET.test(name) && value !== undefined ? REDACTED : redactValue(value, depth + 1);
  return redacted;
}

/** With its code, data, stack and the texts of its causes. */
export const redactError = (error: Error, depth = 0): Record<string, unknown> =>
  redactFields({ ...stdSerializers.err(error) }, depth);

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((one) => redactValue(one, depth + 1));
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (hasJson(value)) return redactValue(value.toJSON(), depth + 1);
  return redactFields(value, depth);
}

const hasJson = (value: object): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function';
