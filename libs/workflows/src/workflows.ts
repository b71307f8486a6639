/** Entry of the workflow bundle: what this exports, workers can run. */
export { NetworkDeploymentWorkflow } from './deployment/network-deployment-workflow.js';
export { TenantGateWorkflow } from './gate/tenant-gate-workflow.js';
