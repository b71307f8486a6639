const MAX_TEXT_CHARACTERS = 128;

/** Text of a refused record's field, cut short; undefined for anything else. */
export const shortText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT_CHARACTERS) : undefined;

/** `{ [name]: text }`, or nothing where the value is no text. */
export function textField<Name extends string>(
  name: Name,
  value: unknown,
): { readonly [K in Name]?: string } {
  const text = shortText(value);
  return (text === undefined ? {} : { [name]: text }) as { readonly [K in Name]?: string };
}
