import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { DeploymentInput } from './api/deployment-input.js';

type Fields = Readonly<Record<string, string>>;

/**
 * Names router and trace in every line that a deployment's workflow logs; its tenant and deployment are in the workflow's id. A
 * gate works for many at once. Only adds to lines: histories are the same with and without.
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

const TRACE_ID = /^[0-9a-f]{2}-([0-9a-f]{32})-/;

function fieldsOf(argument: unknown): Fields {
  const { routerId, traceparent } = (argument ?? {}) as Partial<DeploymentInput>;
  const traceId = typeof traceparent === 'string' ? TRACE_ID.exec(traceparent)?.[1] : undefined;
  return {
    ...(typeof routerId === 'string' && { router_id: routerId }),
    ...(traceId !== undefined && { trace_id: traceId }),
  };
}
