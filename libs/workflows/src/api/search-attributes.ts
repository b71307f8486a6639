/** Custom search attributes, all of type Keyword; provisioning creates them in every namespace. Never secret: they are not encrypted. */
export const SEARCH_ATTRIBUTES = {
  tenantId: 'TenantId',
  routerId: 'RouterId',
  softwareVersion: 'SoftwareVersion',
  deploymentState: 'DeploymentState',
  tier: 'Tier',
} as const;
