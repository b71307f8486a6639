import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { DeploymentState } from '@vecino/foundation';

/** Custom search attributes, all of type Keyword; provisioning creates them in every namespace. Never secret: they are not encrypted. */
export const SEARCH_ATTRIBUTES = {
  tenantId: 'TenantId',
  routerId: 'RouterId',
  softwareVersion: 'SoftwareVersion',
  deploymentState: 'DeploymentState',
  tier: 'Tier',
} as const;

const key = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

/** Attributes with which a deployment starts. */
export const deploymentAttributes = (
  of: {
    readonly tenantId: string;
    readonly tier: string;
    readonly routerId: string;
    readonly softwareVersion: string;
  },
  state: DeploymentState,
): SearchAttributePair[] => [
  { key: key(SEARCH_ATTRIBUTES.tenantId), value: of.tenantId },
  { key: key(SEARCH_ATTRIBUTES.routerId), value: of.routerId },
  { key: key(SEARCH_ATTRIBUTES.softwareVersion), value: of.softwareVersion },
  { key: key(SEARCH_ATTRIBUTES.tier), value: of.tier },
  ...stateAttribute(state),
];

export const stateAttribute = (state: DeploymentState): SearchAttributePair[] => [
  { key: key(SEARCH_ATTRIBUTES.deploymentState), value: state },
];
