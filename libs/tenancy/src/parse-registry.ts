import { type TenantId } from '@vecino/foundation';
import { DEFAULT_UPGRADE_POLICY, type UpgradePolicy } from '@vecino/upgrade';
import { type $ZodIssue } from 'zod/v4/core';
import { ALL_IMAGES } from './image-rules.js';
import { type FaultAt, type Path } from './registry-fault.js';
import { NO_CONTROLS, type Registry } from './registry.js';
import { crossChecks } from './registry-rules.js';
import {
  registrySchema,
  tenantSchema,
  type RegistryFile,
  type TenantEntry,
  type UpgradeEntry,
} from './registry-schema.js';
import { pathText, readYaml, type RegistryFault } from './registry-yaml.js';
import { type Tenant } from './tenant.js';
import { TIER_DEFAULTS } from './tier.js';

export type ParsedRegistry =
  | { readonly ok: true; readonly registry: Registry }
  /** Every fault at once, in the order of their lines. */
  | { readonly ok: false; readonly faults: readonly RegistryFault[] };

/** Reads a registry file (YAML 1.2, and so JSON too). `source` is its name, for people. */
export function parseRegistry(text: string, { source }: { readonly source: string }): ParsedRegistry {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;

  const parsed = registrySchema.safeParse(yaml.value);
  const wellFormed = wellFormedTenants(yaml.value);
  const found = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(faultsOfIssue)),
    ...crossChecks(yaml.value, wellFormed),
  ];
  if (!parsed.success || found.length > 0) {
    const faults = found.map(({ at, reason }) => ({ line: yaml.lineOf(at), path: pathText(at), reason }));
    return { ok: false, faults: faults.sort((a, b) => a.line - b.line) };
  }
  return { ok: true, registry: registryOf(parsed.data, source) };
}

/** One line per fault, for a terminal or a log. */
export const formatFaults = (source: string, faults: readonly RegistryFault[]): string =>
  faults
    .map(({ line, path, reason }) => `${source}:${line}: ${path === '' ? '' : `${path}: `}${reason}`)
    .join('\n');

/** The entries that hold by themselves, so that what lies between them is checked even while others are at fault. */
function wellFormedTenants(value: unknown): ReadonlyMap<number, TenantEntry> {
  const entries = (value as { tenants?: unknown } | null)?.tenants;
  if (!Array.isArray(entries)) return new Map();
  return new Map(
    entries.flatMap((entry, index) => {
      const parsed = tenantSchema.safeParse(entry);
      return parsed.success ? [[index, parsed.data] as const] : [];
    }),
  );
}

function faultsOfIssue(issue: $ZodIssue): FaultAt[] {
  const at = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ at: [...at, key], reason: 'is not a known key' }));
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ at, reason: isMissing ? `is missing (expected ${issue.expected})` : issue.message }];
}

function registryOf(file: RegistryFile, source: string): Registry {
  return {
    source,
    revision: file.revision,
    platformNetworks: file.platform_networks,
    controls: NO_CONTROLS,
    tenants: file.tenants.map((entry) => tenantFrom(entry, file)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

type FileDefaults = Pick<RegistryFile, 'lab' | 'revision' | 'upgrade' | 'images'>;

function tenantFrom(entry: TenantEntry, file: FileDefaults): Tenant {
  const { route, limits } = TIER_DEFAULTS[entry.tier];
  const { port, tls } = entry.device;
  return {
    id: entry.id as TenantId,
    name: entry.name ?? entry.id,
    tier: entry.tier,
    route: entry.route ?? route,
    limits: {
      intakePer60s: entry.limits.intake_per_60_s ?? limits.intakePer60s,
      maxConcurrentWorkflows:
        entry.limits.max_concurrent_workflows_per_tenant ?? limits.maxConcurrentWorkflows,
      maxConcurrentActivities: entry.limits.max_concurrent_activities ?? limits.maxConcurrentActivities,
      queue: entry.limits.queue ?? limits.queue,
      weight: entry.limits.weight ?? limits.weight,
    },
    networks: entry.networks,
    device: port === undefined ? { tls } : { port, tls },
    statusFormat: entry.status_format,
    upgrade: policyFrom({ ...file.upgrade, ...entry.upgrade }),
    images: entry.images ?? file.images ?? ALL_IMAGES,
    lab: entry.lab ?? file.lab,
    paused: entry.paused,
    revision: entry.revision ?? file.revision,
  };
}

const policyFrom = (entry: UpgradeEntry): UpgradePolicy => ({
  soakSeconds: entry.soak_seconds ?? DEFAULT_UPGRADE_POLICY.soakSeconds,
  recoverySeconds: entry.recovery_seconds ?? DEFAULT_UPGRADE_POLICY.recoverySeconds,
  requiredChecks: entry.required_checks ?? DEFAULT_UPGRADE_POLICY.requiredChecks,
  waivers: entry.waivers ?? DEFAULT_UPGRADE_POLICY.waivers,
  rollback: entry.rollback ?? DEFAULT_UPGRADE_POLICY.rollback,
});
