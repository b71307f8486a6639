import { trace } from '@opentelemetry/api';
import type { Info } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { ATTRIBUTES, type LogFields, withLogFields } from '@vecino/telemetry';
import { deploymentLogFields } from './deployment-log-fields.js';

/** Names tenant, router, deployment and trace in every line that is logged while an activity runs, and in its span. */
export const activityContext: ActivityInterceptorsFactory = (ctx) => {
  let fields: LogFields = {};
  return {
    inbound: {
      execute(input, next) {
        const workflowId = ctx.info.workflowExecution?.workflowId;
        fields = deploymentLogFields({ workflowId, argument: input.args[0] });
        trace.getActiveSpan()?.setAttributes({ ...spanAttributes(fields), ...attemptAttributes(ctx.info) });
        return withLogFields({ ...fields, activity: ctx.info.activityType, attempt: ctx.info.attempt }, () =>
          next(input),
        );
      },
    },
    // The SDK's own logger writes later, outside of the activity's asynchronous context.
    outbound: { getLogAttributes: (input, next) => next({ ...fields, ...input }) },
  };
};

function spanAttributes({ tenant_id, router_id, deployment_id }: LogFields): Record<string, string> {
  return {
    ...(tenant_id !== undefined && { [ATTRIBUTES.tenantId]: tenant_id }),
    ...(router_id !== undefined && { [ATTRIBUTES.routerId]: router_id }),
    ...(deployment_id !== undefined && { [ATTRIBUTES.deploymentId]: deployment_id }),
  };
}

/** Server and worker have clocks of their own: nothing waited for less than no time. */
const attemptAttributes = ({
  attempt,
  currentAttemptScheduledTimestampMs,
}: Info): Record<string, number> => ({
  [ATTRIBUTES.attempt]: attempt,
  [ATTRIBUTES.waitedMs]: Math.max(0, Date.now() - currentAttemptScheduledTimestampMs),
});
