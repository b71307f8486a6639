import { condition, setHandler } from '@temporalio/workflow';
import { cancelSignal, type DeploymentInput, type DeploymentOutcome } from '@vecino/workflows';

/** Bundle of a bench: the real gate, and deployments that cost next to nothing, so that the gate is what is measured. */
export { TenantGateWorkflow } from '@vecino/workflows/workflows';

/** Software version of deployments that hold their slot until they are cancelled. */
export const HOLD_VERSION = 'hold';

/** Under the name that the gate starts. */
export async function NetworkDeploymentWorkflow(input: DeploymentInput): Promise<DeploymentOutcome> {
  let released = input.softwareVersion !== HOLD_VERSION;
  setHandler(cancelSignal, () => void (released = true));
  await condition(() => released);
  return { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'nothing was to be done' } };
}
