import { deploymentLogFields } from './deployment-log-fields.js';

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
  [{ workflowId: 'gate/chogar', argument: [1] }, { tenant_id: 'chogar' }],
  [{ workflowId: undefined, argument: null }, {}],
])('%j', (work, fields) => expect(deploymentLogFields(work)).toEqual(fields));
