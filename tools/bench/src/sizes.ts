/** How much a bench does of each thing; each can be chosen with `--size NAME=VALUE`, a list as `NAME=1,2,3`. */
export type Sizes = Readonly<Record<string, number | readonly number[]>>;

/** As chosen on the command line. */
export type ChosenSizes = Readonly<Record<string, readonly number[]>>;

type SizesLike<T extends Sizes> = {
  readonly [K in keyof T]: T[K] extends number ? number : readonly number[];
};

/** The defaults of a bench, with what was chosen in their place. Throws where the bench knows no such size. */
export function sizesOf<T extends Sizes>(defaults: T, chosen: ChosenSizes): SizesLike<T> {
  const sizes: Record<string, number | readonly number[]> = { ...defaults };
  for (const [name, values] of Object.entries(chosen)) {
    const usual = defaults[name];
    if (usual === undefined)
      throw new Error(`no size "${name}"; there are ${Object.keys(defaults).join(', ')}`);
    if (typeof usual === 'number' && values.length !== 1) throw new Error(`size "${name}" is one number`);
    sizes[name] = typeof usual === 'number' ? (values[0] as number) : values;
  }
  return sizes as SizesLike<T>;
}

/** `name=1,2,3` as typed. */
export function parseSize(text: string, sizes: ChosenSizes = {}): ChosenSizes {
  const [name = '', list = '', ...rest] = text.split('=');
  const values = list.split(',').map(Number);
  if (name === '' || rest.length > 0 || !values.every((value) => Number.isFinite(value) && value > 0))
    throw new Error(`"${text}" is no size: write NAME=NUMBER or NAME=NUMBER,NUMBER`);
  return { ...sizes, [name]: values };
}

/** As typed. */
export const sizeText = (sizes: Sizes): string =>
  Object.entries(sizes)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
