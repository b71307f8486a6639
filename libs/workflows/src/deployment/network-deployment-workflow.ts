import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { DeploymentInput } from '../api/deployment-input.js';
import type { Baseline, UpgradeTarget } from '../api/device-activities.js';
import type { DeploymentOutcome } from '../api/projector-activities.js';
import { stateAttribute } from '../api/search-attributes.js';
import { outcomeOf } from '../gate/child-close.js';
import { step } from './activity-proxies.js';
import { PhaseReporter } from './phase-reporter.js';

const precheck = step('precheck');
const install = step('install');
const arm = step('arm');
const reboot = step('reboot');
const waitUp = step('waitUp');
const verify = step('verify');

/** Whether anything has been sent that changes what the router runs. */
interface RouterProgress {
  touched: boolean;
}

/**
 * Upgrades one router. Ends completed when the router verifiably runs the version, cancelled before the point of no
 * return, failed with a `DeploymentOutcome` as the failure's first detail otherwise.
 */
export async function NetworkDeploymentWorkflow(input: DeploymentInput): Promise<DeploymentOutcome> {
  const reporter = new PhaseReporter(input);
  const router: RouterProgress = { touched: false };
  try {
    const outcome = await upgrade(input, reporter, router);
    // A cancel that came too late changes nothing about how it ended.
    return await CancellationScope.nonCancellable(() => end(outcome, reporter));
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => reporter.flush());
      throw error;
    }
    throw await failWith(error, reporter, router);
  }
}

async function upgrade(
  input: DeploymentInput,
  reporter: PhaseReporter,
  router: RouterProgress,
): Promise<DeploymentOutcome> {
  const { tenantId, deploymentId, routerId, routerIp, softwareVersion } = input;
  const target: UpgradeTarget = { tenantId, deploymentId, routerId, routerIp, softwareVersion };
  reporter.started();
  reporter.enter('PRECHECK');
  const checked = await precheck(target);
  const { baseline } = checked;
  const versions = { from_version: baseline.runningVersion, to_version: softwareVersion };
  if (checked.kind === 'already-running')
    return {
      state: 'SUCCEEDED',
      reason: {
        code: 'ALREADY_RUNNING',
        text: `the router runs ${softwareVersion} already; it was not rebooted`,
      },
      details: versions,
    };
  reporter.enter('STAGING', { image_sha256: checked.image.sha256, image_bytes: String(checked.image.bytes) });
  const installed = await install({ ...target, baseline });
  reporter.enter('STAGED', { bytes_sent: String(installed.bytes) });
  router.touched = true;
  await arm({ ...target, baseline });
  reporter.enter('ARMED');
  // From here on a cancel comes too late: whatever happens, the deployment goes on to a known state.
  return CancellationScope.nonCancellable(() => rebootAndVerify(target, baseline, reporter));
}

async function rebootAndVerify(
  target: UpgradeTarget,
  baseline: Baseline,
  reporter: PhaseReporter,
): Promise<DeploymentOutcome> {
  reporter.enter('REBOOTING');
  await reboot({ ...target, baseline });
  reporter.enter('WAIT_UP');
  const up = await waitUp({ ...target, baseline });
  reporter.enter('VERIFYING', { boot_time_ns: up.bootTimeNs });
  const { runningVersion } = await verify({ ...target, baseline });
  return {
    state: 'SUCCEEDED',
    reason: { code: 'UPGRADED', text: `the router runs ${runningVersion}` },
    details: {
      from_version: baseline.runningVersion,
      to_version: runningVersion,
      boot_time_ns: up.bootTimeNs,
    },
  };
}

async function end(outcome: DeploymentOutcome, reporter: PhaseReporter): Promise<DeploymentOutcome> {
  upsertSearchAttributes(stateAttribute(outcome.state));
  const untold = await reporter.finish();
  return untold.length === 0 ? outcome : { ...outcome, untold };
}

/** The failure that closes the workflow: carries the outcome that the step reported, or says that none did. */
async function failWith(
  error: unknown,
  reporter: PhaseReporter,
  router: RouterProgress,
): Promise<ApplicationFailure> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const told = outcomeOf(cause) ?? unreported(error, cause);
  const reported =
    router.touched && told.reason.code !== 'FELL_BACK' ? { ...told, routerUnknown: true } : told;
  const outcome = await CancellationScope.nonCancellable(() => end(reported, reporter));
  return ApplicationFailure.create({
    message: outcome.reason.text,
    type: outcome.reason.code,
    nonRetryable: true,
    details: [outcome],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** A step ended without a report of its own: a timeout, or a fault in its code. */
function unreported(error: unknown, cause: unknown): DeploymentOutcome {
  const activity = error instanceof ActivityFailure ? `${error.activityType}: ` : '';
  const text = `${activity}${cause instanceof Error ? cause.message : String(cause)}`;
  const unreachable = error instanceof ActivityFailure;
  return {
    state: 'FAILED',
    reason: { code: unreachable ? 'DEVICE_STATE_UNKNOWN' : 'WORKFLOW_FAILED', text },
  };
}
