import { deploymentLogFields } from './deployment-log-fields.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const trace = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
const change = (deploymentId: string) => ({ deploymentId, routerId: 'r1', traceparent });

test.each([
  [{ workflowId: 'deployment/chogar/d-1' }, { tenant_id: 'chogar', deployment_id: 'd-1' }],
  [{ workflowId: 'gate/chogar' }, { tenant_id: 'chogar' }],
  [{ workflowId: 'something-else' }, {}],
  [
    {
      workflowId: 'deployment/chogar/d-1',
      argument: { tenantId: 'chogar', deploymentId: 'd-1', routerId: 'r1', routerIp: '10.0.0.1' },
    },
    { tenant_id: 'chogar', deployment_id: 'd-1', router_id: 'r1' },
  ],
  [{ workflowId: 'gate/chogar', argument: { tenantId: 'chogar', changes: [] } }, { tenant_id: 'chogar' }],
  [
    { workflowId: 'deployment/chogar/d-1', argument: { tenantId: 'chogar', changes: [change('d-1')] } },
    { tenant_id: 'chogar', deployment_id: 'd-1', router_id: 'r1', ...trace },
  ],
  [
    { workflowId: 'gate/chogar', argument: { tenantId: 'chogar', changes: [change('d-1')] } },
    { tenant_id: 'chogar' },
  ],
  [
    { workflowId: 'deployment/chogar/d-1', argument: { target: { ...change('d-1'), tenantId: 'chogar' } } },
    { tenant_id: 'chogar', deployment_id: 'd-1', router_id: 'r1', ...trace },
  ],
  [{ workflowId: 'gate/chogar', argument: [1] }, { tenant_id: 'chogar' }],
  [{ workflowId: undefined, argument: null }, {}],
])('%j', (work, fields) => expect(deploymentLogFields(work)).toEqual(fields));
