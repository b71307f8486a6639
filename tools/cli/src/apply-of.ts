import { type Missing, type ParsedRegistry, type RegistryEdit } from '@vecino/tenancy';

export type RegistryFile = Extract<ParsedRegistry, { readonly ok: true }>;

/** The order that makes the registry what a file says. */
export const applyOf = (
  { registry, saysPlatformNetworks }: RegistryFile,
  missing: Missing,
): RegistryEdit => ({ kind: 'apply', file: registry, saysPlatformNetworks, missing });
