import { chosen } from '@vecino/telemetry/promql';
import { TENANT } from '../../expressions.js';
import { EVENTFUL, RUN } from '../../proof/proving-run.js';

/** The tenant that is chosen, in queries. */
export const whose = { tenantVariable: 'tenant' } as const;
export const own = { [TENANT]: chosen('tenant') } as const;

/** The one that is chosen in the proving run, in plain PromQL. */
export const CHOSEN = `{vecino_tenant_id="${RUN.eventful.tenant}"}`;
/** Of the tenant that is chosen, which is the eventful one. */
export const NOBODY_ELSE = { has: [{ labels: EVENTFUL }], only: true } as const;
