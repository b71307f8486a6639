import { changeRegistry, readRegistryOnce, RegistryRefusal } from '@vecino/registry';
import { editRegistry, type Registry, type RegistryEdit } from '@vecino/tenancy';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';
import { registryRefusal } from './registry-refusal.js';

/** Decides on the registry as it is; asked again where another writer came first. What it throws ends the change. */
export type DecideEdit = (registry: Registry) => RegistryEdit;

export interface DoneChange {
  readonly before: Registry;
  readonly after: Registry;
}

const prefixOf = (env: PlatformEnvironment): string => env['VECINO_TOPIC_PREFIX'] ?? '';

/**
 * What the change would make of the registry; nothing is written.
 * @throws Refusal
 */
export async function previewChange(env: PlatformEnvironment, decide: DecideEdit): Promise<DoneChange> {
  const before = await readRegistryOnce(kafkaOf(env), prefixOf(env));
  const edited = editRegistry(before, decide(before));
  if (!edited.ok) throw registryRefusal(edited.faults, before);
  return { before, after: edited.registry };
}

/**
 * Writes the change, whole or not at all.
 * @throws Refusal, or a VecinoError of `RegistryErrorCode`
 */
export async function writeChange(env: PlatformEnvironment, decide: DecideEdit): Promise<DoneChange> {
  let before: Registry | undefined;
  try {
    const { registry: after } = await changeRegistry(kafkaOf(env), prefixOf(env), (registry) => {
      before = registry;
      return decide(registry);
    });
    return { before: before ?? after, after };
  } catch (error) {
    if (error instanceof RegistryRefusal && before !== undefined) throw registryRefusal(error.faults, before);
    throw error;
  }
}
