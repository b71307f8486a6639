declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

/** `^[a-z][a-z0-9-]{0,30}[a-z0-9]$`: fits a Temporal namespace, a Kafka topic, a fairness key and a DNS label. */
export type TenantId = Branded<'TenantId'>;
export type RouterId = Branded<'RouterId'>;
export type DeploymentId = Branded<'DeploymentId'>;
/** The software version of a router, never of a worker or a schema. */
export type SoftwareVersion = Branded<'SoftwareVersion'>;

export const TENANT_ID_PATTERN = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const isTenantId = (text: string): text is TenantId => TENANT_ID_PATTERN.test(text);
export const isRouterId = (text: string): text is RouterId => NAME_PATTERN.test(text);
export const isDeploymentId = (text: string): text is DeploymentId => NAME_PATTERN.test(text);
export const isSoftwareVersion = (text: string): text is SoftwareVersion => NAME_PATTERN.test(text);
