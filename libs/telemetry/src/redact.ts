import { isSecretName, REDACTED, redactText } from '@vecino/foundation';
import { stdSerializers } from 'pino';

/** Deeper there is nothing that is worth a line. */
const DEEPEST = 6;
/** Of one field: a second one must not be left out for what the first one holds. */
const MOST_VALUES = 10_000;
const LEFT_OUT = '[…]';
const CIRCLE = '[circular]';
/** What throws when it is read. */
const UNREADABLE = '[unreadable]';

/** Fields as they may leave the process: plain JSON without secrets, whatever they held. Never throws. */
export function redactFields(fields: object): Record<string, unknown> {
  try {
    return new Redaction(fields).fields(fields, 0);
  } catch {
    return { fields: UNREADABLE };
  }
}

class Redaction {
  #left = MOST_VALUES;
  /** What the value at hand lies in. */
  readonly #around: Set<object>;

  constructor(whole: object) {
    this.#around = new Set([whole]);
  }

  fields(fields: object, depth: number, names: readonly string[] = Object.keys(fields)) {
    const redacted: [string, unknown][] = [];
    for (const name of names) {
      if (depth === 0) this.#left = MOST_VALUES;
      if (this.#left <= 0) {
        redacted.push([LEFT_OUT, LEFT_OUT]);
        break;
      }
      redacted.push([redactText(name), this.#field(fields, name, depth)]);
    }
    return Object.fromEntries(redacted);
  }

  #field(fields: object, name: string, depth: number): unknown {
    let value: unknown;
    try {
      value = (fields as Readonly<Record<string, unknown>>)[name];
    } catch {
      return UNREADABLE;
    }
    return isSecretName(name) && value !== undefined ? REDACTED : this.#value(value, depth + 1);
  }

  #value(value: unknown, depth: number): unknown {
    this.#left -= 1;
    if (typeof value === 'string') return redactText(value);
    if (typeof value === 'bigint') return String(value);
    // JSON leaves them out, but would call one that is named `toJSON`.
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return LEFT_OUT;
    if (this.#around.has(value)) return CIRCLE;
    this.#around.add(value);
    try {
      return this.#object(value, depth);
    } catch {
      return UNREADABLE;
    } finally {
      this.#around.delete(value);
    }
  }

  #object(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, depth);
    if (value instanceof Error) return this.#error(value, depth);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    const json = hasJson(value) ? value.toJSON() : value;
    return json === value ? this.fields(value, depth) : this.#value(json, depth + 1);
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const redacted: unknown[] = [];
    for (const one of list) {
      if (this.#left <= 0) {
        redacted.push(LEFT_OUT);
        break;
      }
      redacted.push(this.#value(one, depth + 1));
    }
    return redacted;
  }

  /** With its code, data, stack and the texts of its causes. pino marks what it reads, and does not read every error. */
  #error(error: Error, depth: number): unknown {
    let read: object;
    try {
      read = { ...stdSerializers.err(error) };
    } catch {
      return this.fields(error, depth, ['name', 'message', 'stack', 'cause', ...Object.keys(error)]);
    }
    return this.fields(read, depth);
  }
}

const hasJson = (value: object): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function';
