import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  log,
  setHandler,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { aftermathOf } from '@vecino/upgrade';
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
  return CancellationScope.nonCancellable(async () => {
    const { outcome } = ending;
    upsertSearchAttributes(stateAttribute(outcome.state));
    const evidence = await record(input, run, desk, reporter, startedAt, outcome);
    const told: DeploymentOutcome = { ...outcome, details: { ...outcome.details, ...evidence.details } };
    switch (ending.kind) {
      case 'completed':
        return withUntold(told, reporter);
      case 'failed':
        throw failWith(await withUntold(told, reporter), ending.error);
      case 'cancelled':
        // A workflow that closes as cancelled carries no details: its gate names the evidence, which must then be there.
        if (evidence.missing) throw failWith(await withUntold(told, reporter), ending.error);
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
    const ended = endOf(run, desk, error);
    desk.close();
    return await CancellationScope.nonCancellable(() => leaveRouter(run, ended));
  } finally {
    desk.close();
  }
}

/** How the work ended, before the router is left. */
function endOf(run: UpgradeRun, desk: CancelDesk, error: unknown): Ending {
  // A step that fails, or dies with its worker, while it is being cancelled is not tried again: it ends with that failure.
  const cancelled = isCancellation(error) || (desk.ordered && run.touch !== 'rebooted');
  if (!cancelled) return { kind: 'failed', outcome: reportOf(error), error };
  const text = 'cancelled before the reboot was sent';
  const outcome: DeploymentOutcome = { state: 'CANCELLED', reason: { code: 'CANCELLED_BY_OPERATOR', text } };
  if (isCancellation(error)) return { kind: 'cancelled', outcome, error };
  // Its worker may be at work still: nobody else is let near the router before that is over.
  const routerUnknown = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
  return { kind: 'failed', outcome: { ...outcome, ...(routerUnknown ? { routerUnknown } : {}) }, error };
}

/** Leaves the router in a known state, or says that it could not. */
async function leaveRouter(run: UpgradeRun, ended: Ending): Promise<Ending> {
  const { outcome } = ended;
  if (ended.kind === 'completed' || run.touch === 'nothing') return ended;
  const aftermath =
    run.touch === 'armed'
      ? 'to-be-set-back'
      : aftermathOf(outcome.reason.code, run.facts.baseline?.activateReboots ?? false);
  switch (aftermath) {
    case 'known':
      return ended;
    case 'unknown':
      return { ...ended, kind: 'failed', outcome: { ...outcome, routerUnknown: true } };
    case 'to-be-set-back':
      break;
  }
  try {
    // What was armed must not wait for somebody else's reboot.
    await run.disarm();
    return ended;
  } catch (failure) {
    const text = `${outcome.reason.text}; what boots next could not be set back: ${reportOf(failure).reason.text}`;
    const reason = { code: 'DEVICE_STATE_UNKNOWN', text } as const;
    return {
      ...ended,
      kind: 'failed',
      outcome: { ...outcome, state: 'FAILED', reason, routerUnknown: true },
    };
  }
}

interface Evidence {
  readonly missing: boolean;
  readonly details: Readonly<Record<string, string>>;
}

/** The detail that names the evidence. A deployment does not fail for want of it. */
async function record(
  input: DeploymentInput,
  run: UpgradeRun,
  desk: CancelDesk,
  reporter: PhaseReporter,
  startedAt: number,
  outcome: DeploymentOutcome,
): Promise<Evidence> {
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
      commands: desk.answers(outcome.state === 'CANCELLED'),
      ...(requestedAt === undefined ? {} : { requestedAt }),
      ...(requestedBy === undefined ? {} : { requestedBy }),
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    return { missing: false, details: { evidence: reference } };
  } catch (error) {
    const { text } = reportOf(error).reason;
    log.error('the evidence could not be written', { error: text });
    return { missing: true, details: { evidence_missing: text } };
  }
}

async function withUntold(outcome: DeploymentOutcome, reporter: PhaseReporter): Promise<DeploymentOutcome> {
  const { measured } = reporter;
  const untold = await reporter.finish();
  return { ...outcome, measured, ...(untold.length === 0 ? {} : { untold }) };
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
