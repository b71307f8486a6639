import { pathText } from './registry-fault.js';
import { NO_CONTROLS, type Registry, registryOfRows } from './registry.js';
import { crossChecks } from './registry-rules.js';
import { type FileTenant, fileTenantSchema, registrySchema, type RegistryFile } from './registry-schema.js';
import { readYaml, type FileFault } from './registry-yaml.js';
import { resolveTenant } from './resolve-tenant.js';
import { faultsOfIssue } from './schema-faults.js';
import { normalEntry, withFileDefaults } from './tenant-entry.js';

export type ParsedRegistry =
  | {
      readonly ok: true;
      readonly registry: Registry;
      /** The file says which networks are the platform's own, be it none. */
      readonly saysPlatformNetworks: boolean;
    }
  /** Every fault at once, in the order of their lines. */
  | { readonly ok: false; readonly faults: readonly FileFault[] };

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
  return {
    ok: true,
    registry: registryOf(parsed.data, source),
    saysPlatformNetworks: Object.hasOwn(yaml.value as object, 'platform_networks'),
  };
}

/** One line per fault, for a terminal or a log. */
export const formatFaults = (source: string, faults: readonly FileFault[]): string =>
  faults
    .map(({ line, path, reason }) => `${source}:${line}: ${path === '' ? '' : `${path}: `}${reason}`)
    .join('\n');

/** The entries that hold by themselves, so that what lies between them is checked even while others are at fault. */
function wellFormedTenants(value: unknown): ReadonlyMap<number, FileTenant> {
  const entries = (value as { tenants?: unknown } | null)?.tenants;
  if (!Array.isArray(entries)) return new Map();
  return new Map(
    entries.flatMap((entry, index) => {
      const parsed = fileTenantSchema.safeParse(entry);
      return parsed.success ? [[index, parsed.data] as const] : [];
    }),
  );
}

function registryOf(file: RegistryFile, source: string): Registry {
  const rows = file.tenants.map((tenant) => {
    const parsed = withFileDefaults(tenant, file);
    return {
      entry: normalEntry(parsed),
      tenant: resolveTenant(parsed, tenant.revision ?? file.revision),
    };
  });
  const { revision, platform_networks: platformNetworks } = file;
  return registryOfRows({ source, revision, platformNetworks, controls: NO_CONTROLS }, rows);
}
