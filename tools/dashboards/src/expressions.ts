import { METRICS } from '@vecino/telemetry';
import { series, standing } from '@vecino/telemetry/promql';

export const TENANT = 'vecino.tenant.id';
export const STATE = 'vecino.deployment.state';
export const REASON = 'vecino.reason.code';

/** As Grafana's legend and table know the labels. */
export const OF_TENANT = '{{vecino_tenant_id}}';
export const OF_STATE = '{{vecino_deployment_state}}';
export const OF_REASON = '{{vecino_reason_code}}';

/** The shown time; a point of a chart and the one before. */
export const SHOWN = '$__range';
export const POINT = '$__rate_interval';

const watched = standing(METRICS.lastLook);

/** Zero where there is nothing, but only while a projector looks at gates: else nobody knows, and nothing is shown. */
export const orZero = (expr: string): string => `${expr} or 0 * ${watched}`;

/** Seconds since a projector last looked at gates. */
export const sinceLook = `time() - ${watched}`;

/** Zero for every tenant whose gate was asked, where there is nothing. */
export const orZeroByTenant = (expr: string): string => `${expr} or 0 * ${standing(METRICS.slotsUsed)}`;

/** The tenants that anything is known of. */
export const tenants = series(METRICS.gateDecisions);
