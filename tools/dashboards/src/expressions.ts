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

const OR_ZERO = ` or 0 * ${watched}`;

/** Zero where there is nothing, but only while a projector looks at gates: else nobody knows, and nothing is shown. */
export const orZero = (expr: string): string => `${expr}${OR_ZERO}`;

/** What `orZero` was given: without its zero a selector that fits nothing shows. Undefined of any other query. */
export const withoutZero = (expr: string): string | undefined =>
  expr.endsWith(OR_ZERO) ? expr.slice(0, -OR_ZERO.length) : undefined;

/** Seconds since a projector last looked at gates. */
export const sinceLook = `time() - ${watched}`;

/** Zero for every tenant whose gate was asked, where there is nothing. */
export const orZeroByTenant = (expr: string): string => `${expr} or 0 * ${standing(METRICS.slotsUsed)}`;

/** The tenants that anything is known of. */
export const tenants = series(METRICS.gateDecisions);
