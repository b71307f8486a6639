/** Keys and indexes from the root of the file. */
export type Path = readonly (string | number)[];

/** A fault and the place in the file that it is about. */
export interface FaultAt {
  readonly at: Path;
  readonly reason: string;
}

/** Why the registry does not take something: one thing that is wrong with an entry, or with an order. */
export interface RegistryFault {
  /** Id of the tenant that it is about; empty for the platform's own entry. */
  readonly tenant: string;
  /** Of the entry, such as `limits.queue` or `networks[0]`; empty for the entry as a whole. */
  readonly key: string;
  readonly reason: string;
}

/** One line per fault, for a terminal or a log. */
export const formatRegistryFaults = (faults: readonly RegistryFault[]): string =>
  faults
    .map(({ tenant, key, reason }) =>
      [tenant === '' ? 'platform' : `tenant ${tenant}`, ...(key === '' ? [] : [key]), reason].join(': '),
    )
    .join('\n');

export const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
