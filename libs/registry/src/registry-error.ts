import { VecinoError } from '@vecino/foundation';
import { formatRegistryFaults, type RegistryFault } from '@vecino/tenancy';

/**
 * `REGISTRY_UNREADABLE`: the file to import cannot be read; every fault is told. `REGISTRY_CHANGE_REFUSED`: the change breaks
 * a rule, nothing was written. `REGISTRY_CONTENDED`: others kept changing the registry, nothing was written.
 * `REGISTRY_UNAVAILABLE`: Kafka did not answer, nothing was written. `REGISTRY_CHANGE_UNKNOWN`: the answer of Kafka was lost,
 * the change may or may not have been taken.
 */
export type RegistryErrorCode =
  | 'REGISTRY_UNREADABLE'
  | 'REGISTRY_CHANGE_REFUSED'
  | 'REGISTRY_CONTENDED'
  | 'REGISTRY_UNAVAILABLE'
  | 'REGISTRY_CHANGE_UNKNOWN';

/** A change that the registry does not take. */
export class RegistryRefusal extends VecinoError<RegistryErrorCode> {
  readonly faults: readonly RegistryFault[];

  constructor(faults: readonly RegistryFault[]) {
    super('REGISTRY_CHANGE_REFUSED', formatRegistryFaults(faults), { disposition: 'terminal' });
    this.faults = faults;
  }
}

export const registryError = (
  code: Exclude<RegistryErrorCode, 'REGISTRY_CHANGE_REFUSED'>,
  message: string,
  cause?: unknown,
): VecinoError<RegistryErrorCode> =>
  new VecinoError(code, message, {
    disposition: code === 'REGISTRY_UNREADABLE' ? 'terminal' : 'retry',
    cause,
  });
