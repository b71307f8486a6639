import { CancellationScope, setHandler } from '@temporalio/workflow';
import { commandSignal, configureSignal, explainQuery, loadQuery, submitSignal } from '../api/messages.js';
import type { GateInput, GateResult } from '../api/gate-protocol.js';
import { GateRun } from './gate-run.js';

/**
 * One per tenant, open for as long as the tenant exists and lives in this namespace: takes in its requests, lets each start
 * when its turn has come, and reports how each ended. Cancelling it does nothing, for a cancelled gate would cancel the tenant's deployments.
 */
export async function TenantGateWorkflow(input: GateInput): Promise<GateResult> {
  const run = new GateRun(input);
  // Handlers come before the first await and only push: a signal buffered behind a handler that is set later is lost to continue-as-new.
  setHandler(submitSignal, (batch) => run.receive(batch));
  setHandler(commandSignal, (command) => run.command(command));
  setHandler(configureSignal, (settings) => run.configure(settings));
  setHandler(explainQuery, (deploymentId) => run.explain(deploymentId));
  setHandler(loadQuery, () => run.report());
  return CancellationScope.nonCancellable(() => run.live());
}
