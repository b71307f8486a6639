import { mayInstall, tenantOf, type Registry } from '@vecino/tenancy';
import { DEFAULT_UPGRADE_POLICY } from '@vecino/upgrade';
import type { TenantRules } from './tenant-rules.js';

/** Rules as the tenants' registry has them at the moment of asking. A tenant that is not in it may have no image. */
export function registryTenantRules(registry: () => Registry): TenantRules {
  return {
    policyOf: (tenantId) => tenantOf(registry(), tenantId)?.upgrade ?? DEFAULT_UPGRADE_POLICY,
    mayInstall(tenantId, version) {
      const tenant = tenantOf(registry(), tenantId);
      return tenant !== undefined && mayInstall(tenant, version);
    },
    stopOf(version) {
      const { paused, stoppedVersions } = registry().controls;
      if (paused !== undefined)
        return { code: 'PLATFORM_PAUSED', text: `the whole platform is paused (${paused.reason})` };
      const stopped = stoppedVersions.find(({ softwareVersion }) => softwareVersion === version);
      if (stopped === undefined) return undefined;
      return { code: 'VERSION_STOPPED', text: `software version ${version} is stopped (${stopped.reason})` };
    },
  };
}
