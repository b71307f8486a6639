/** Name of a protobuf enum's number among `names`; a number this build does not know reads as the first one (UNSPECIFIED). */
export function enumName<Name extends string>(
  values: Readonly<Record<Name, number>>,
  names: readonly [Name, ...Name[]],
  number: number,
): Name {
  return names.find((name) => values[name] === number) ?? names[0];
}
