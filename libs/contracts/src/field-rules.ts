import { isTenantId, NAME_PATTERN, type EpochMs, type Reason } from '@vecino/foundation';

/**
 * Times outside these are a wrong unit (seconds, microseconds) or a broken clock. Fixed, and not measured from now, so that
 * a record read again later is judged the same.
 */
export const EARLIEST_TIME: EpochMs = Date.UTC(2020, 0, 1);
export const LATEST_TIME: EpochMs = Date.UTC(2100, 0, 1);
export const MAX_REQUESTED_BY_CHARACTERS = 256;

/** What must hold of a value, and how to say so: the text goes on after the field's name. */
export interface ValueRule<T> {
  readonly holds: (value: T) => boolean;
  readonly expected: string;
}

/** What a record's schema cannot say, field by field, in the order in which faults are told. */
export type FieldRules<T> = readonly {
  [Field in keyof T]: { readonly field: Field } & ValueRule<T[Field]>;
}[keyof T][];

/** `INVALID_FIELD` for the first field at fault; undefined when all hold. */
export function firstFault<T extends object>(record: T, rules: FieldRules<T>): Reason | undefined {
  for (const { field, holds, expected } of rules) {
    const value = record[field];
    if (!holds(value as never)) return invalidField(String(field), expected, value);
  }
  return undefined;
}

const orNull = <T>({ holds, expected }: ValueRule<T>): ValueRule<T | null> => ({
  holds: (value) => value === null || holds(value),
  expected,
});

const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

const NAME: ValueRule<string> = {
  holds: (text) => NAME_PATTERN.test(text),
  expected: `must match ${NAME_PATTERN.source}`,
};
const TIME: ValueRule<EpochMs> = {
  holds: (time) => time >= EARLIEST_TIME && time < LATEST_TIME,
  expected: 'must be milliseconds since the Unix epoch, between 2020 and 2100',
};
const PERSON: ValueRule<string> = {
  holds: (text) => text.length <= MAX_REQUESTED_BY_CHARACTERS && !CONTROL_CHARACTER.test(text),
  expected: `must have at most ${MAX_REQUESTED_BY_CHARACTERS} characters and no control characters`,
};

/** Rules that several records have in common. */
export const VALUE_RULES = {
  tenantId: {
    holds: (text: string): boolean => isTenantId(text),
    expected: 'must match ^[a-z][a-z0-9-]{0,30}[a-z0-9]$',
  },
  name: NAME,
  nameOrNull: orNull(NAME),
  timeOrNull: orNull(TIME),
  personOrNull: orNull(PERSON),
} as const;

const invalidField = (field: string, expected: string, found: unknown): Reason => ({
  code: 'INVALID_FIELD',
  text: `${field} ${expected}, found ${JSON.stringify(typeof found === 'string' ? found.slice(0, 128) : found)}`,
});
