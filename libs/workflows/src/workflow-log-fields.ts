import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { traceFields } from '@vecino/foundation';
import type { DeploymentInput } from './api/deployment-input.js';

type Fields = Readonly<Record<string, string>>;

/**
 * Names router and trace in every line that a deployment's workflow logs; its tenant and deployment are in the workflow's id. A
 * gate works for many at once. The span is the one below which the workflow lies, or its own where spans are exported. Only
 * adds to lines: histories are the same with and without.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let fields: Fields = {};
  return {
    inbound: [
      {
        execute(input, next) {
          fields = fieldsOf(input.args[0]);
          return next(input);
        },
      },
    ],
    outbound: [{ getLogAttributes: (attributes, next) => next({ ...fields, ...attributes }) }],
  };
};

function fieldsOf(argument: unknown): Fields {
  const { routerId, traceparent } = (argument ?? {}) as Partial<DeploymentInput>;
  return {
    ...(typeof routerId === 'string' && { router_id: routerId }),
    ...(typeof traceparent === 'string' && traceFields({ traceparent })),
  };
}
