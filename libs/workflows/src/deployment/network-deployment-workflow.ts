import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  log,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { isKnownAfterReboot } from '@vecino/upgrade';
import type { DeploymentInput } from '../api/deployment-input.js';
import { cancelSignal, progressSignal } from '../api/messages.js';
import type { DeploymentOutcome } from '../api/projector-activities.js';
import { stateAttribute } from '../api/search-attributes.js';
import { step } from './activity-proxies.js';
import { CancelDesk } from './cancel-desk.js';
import { countAsCancelled } from './cancelled-from-within.js';
import { reportOf } from './deployment-failure.js';
import { PhaseReporter } from './phase-reporter.js';
import { UpgradeRun } from './upgrade-run.js';

/** How the work ended, before anybody was told. */
type Ending =
  | { readonly kind: 'completed'; readonly outcome: DeploymentOutcome }
  | { readonly kind: 'failed'; readonly outcome: DeploymentOutcome; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly outcome: DeploymentOutcome; readonly error: unknown };

/**
 * Upgrades one router. Ends completed when the router verifiably runs the version or has verifiably gone back, cancelled
 * before the point of no return, failed with a `DeploymentOutcome` as the failure's first detail otherwise.
 */
export async function NetworkDeploymentWorkflow(input: DeploymentInput): Promise<DeploymentOutcome> {
  const reporter = new PhaseReporter(input);
  const desk = new CancelDesk((reason, commandId) => reporter.answer(reason, commandId));
  const run = new UpgradeRun(input, reporter, desk);
  setHandler(cancelSignal, (order) => desk.order(order));
  setHandler(progressSignal, ({ step: name, details }) => reporter.note({ step: name, ...details }));
  const startedAt = Date.now();
  reporter.started();
  const ending = await workToEnd(run, desk);
  desk.close();
  return CancellationScope.nonCancellable(async () => {
    const { outcome } = ending;
    upsertSearchAttributes(stateAttribute(outcome.state));
    const evidence = await record(input, run, desk, reporter, startedAt, outcome);
    const told: DeploymentOutcome = { ...outcome, details: { ...outcome.details, ...evidence } };
    switch (ending.kind) {
      case 'completed':
        return withUntold(told, reporter);
      case 'failed':
        throw failWith(await withUntold(told, reporter), ending.error);
      case 'cancelled':
        await reporter.flush();
        countAsCancelled();
        throw ending.error;
    }
  });
}

async function workToEnd(run: UpgradeRun, desk: CancelDesk): Promise<Ending> {
  try {
    return { kind: 'completed', outcome: await desk.run(() => run.run()) };
  } catch (error) {
    return CancellationScope.nonCancellable(() => cleanUp(run, error));
  }
}

/** Leaves the router in a known state, or says that it could not. */
async function cleanUp(run: UpgradeRun, error: unknown): Promise<Ending> {
  const cancelled = isCancellation(error);
  const outcome: DeploymentOutcome = cancelled
    ? {
        state: 'CANCELLED',
        reason: { code: 'CANCELLED_BY_OPERATOR', text: 'cancelled before the reboot was sent' },
      }
    : reportOf(error);
  const ended: Ending = cancelled
    ? { kind: 'cancelled', outcome, error }
    : { kind: 'failed', outcome, error };
  switch (run.touch) {
    case 'nothing':
      return ended;
    case 'rebooted':
      // Refused, or accepted and never begun: what was armed must not wait for somebody else's reboot.
      if (outcome.reason.code === 'REBOOT_FAILED') break;
      return isKnownAfterReboot(outcome.reason.code)
        ? ended
        : { kind: 'failed', outcome: { ...outcome, routerUnknown: true }, error };
    case 'armed':
      break;
  }
  try {
    await run.disarm();
    return ended;
  } catch (failure) {
    const text = `${outcome.reason.text}; what boots next could not be set back: ${reportOf(failure).reason.text}`;
    const reason = { code: 'DEVICE_STATE_UNKNOWN', text } as const;
    return { kind: 'failed', outcome: { ...outcome, state: 'FAILED', reason, routerUnknown: true }, error };
  }
}

/** The detail that names the evidence. A deployment does not fail for want of it. */
async function record(
  input: DeploymentInput,
  run: UpgradeRun,
  desk: CancelDesk,
  reporter: PhaseReporter,
  startedAt: number,
  outcome: DeploymentOutcome,
): Promise<Record<string, string>> {
  const { requestedAt, requestedBy, traceparent, tuning } = input;
  const { workflowId, runId } = workflowInfo();
  try {
    const { reference } = await step('recordEvidence', { tuning })({
      ...run.facts,
      target: run.target,
      workflowId,
      runId,
      startedAt,
      endedAt: Date.now(),
      phases: reporter.phases,
      outcome,
      commands: desk.answers,
      ...(requestedAt === undefined ? {} : { requestedAt }),
      ...(requestedBy === undefined ? {} : { requestedBy }),
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    return { evidence: reference };
  } catch (error) {
    const { text } = reportOf(error).reason;
    log.error('the evidence could not be written', { error: text });
    return { evidence_missing: text };
  }
}

async function withUntold(outcome: DeploymentOutcome, reporter: PhaseReporter): Promise<DeploymentOutcome> {
  const untold = await reporter.finish();
  return untold.length === 0 ? outcome : { ...outcome, untold };
}

/** The failure that closes the workflow: carries the outcome. */
const failWith = (outcome: DeploymentOutcome, error: unknown): ApplicationFailure =>
  ApplicationFailure.create({
    message: outcome.reason.text,
    type: outcome.reason.code,
    nonRetryable: true,
    details: [outcome],
    ...(error instanceof Error ? { cause: error } : {}),
  });
