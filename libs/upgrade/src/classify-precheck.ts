import { ACTIVATION_IN_PROGRESS } from './classify-verify.js';
import type { RebootStatusAnswer, Standby, VerifyAnswer } from './device-outcome.js';
import type { UpgradePolicy } from './upgrade-policy.js';
import { stop, type Fault } from './verdict.js';

/** What precheck read from the device and the image store before anything changed. */
export interface PrecheckReading {
  readonly verify: VerifyAnswer;
  readonly rebootStatus: RebootStatusAnswer;
  /** `platform` as the manifest says it. */
  readonly image: { readonly platform?: string };
  /** `model` as the router says it. */
  readonly chassis?: { readonly model?: string };
  /** Whether the version that runs now could be installed again. */
  readonly oldImage: 'in-store' | 'missing';
  readonly policy: Pick<UpgradePolicy, 'rollback'>;
  /** `earlyInProgress`: "in-progress" is said from Activate on, and so of an image that only waits for a reboot. */
  readonly deviations: { readonly earlyInProgress: boolean };
}

export type PrecheckVerdict = { readonly kind: 'proceed' } | { readonly kind: 'already-running' } | Fault;

/** Whether the upgrade may begin. Refuses what would make its end unpredictable. */
export function classifyPrecheck(reading: PrecheckReading, target: string): PrecheckVerdict {
  const unrest = unrestOf(reading);
  if (unrest !== undefined) return refuse(unrest);
  const { verify } = reading;
  if (verify.version === target) {
    const behind = standbyBehind(verify, target);
    return behind === undefined ? { kind: 'already-running' } : refuse(behind);
  }
  return refusedStandby(verify.standby) ?? refusedImage(reading, target) ?? { kind: 'proceed' };
}

const refuse = (text: string): Fault => stop('PRECHECK_REFUSED', text, 'REJECTED');

/** Something is under way on the router that is not ours. */
function unrestOf({ verify, rebootStatus, deviations }: PrecheckReading): string | undefined {
  // A pending reboot could boot the version we are about to arm, or take the target version away again.
  if (rebootStatus.active || rebootStatus.waitNs > 0n) {
    return `a reboot is pending on the router${rebootStatus.reason ? `: ${rebootStatus.reason}` : ''}`;
  }
  if (deviations.earlyInProgress) return undefined;
  if (verify.activationFailMessage === ACTIVATION_IN_PROGRESS)
    return 'an activation is in progress on the router';
  if (verify.standby.kind === 'present' && verify.standby.activationFailMessage === ACTIVATION_IN_PROGRESS) {
    return 'an activation is in progress on the standby supervisor';
  }
  return undefined;
}

/**
 * Why a router whose active supervisor runs the version is not done yet. To bring only the standby along would need a
 * switchover, which is more than what was asked for.
 */
function standbyBehind(verify: VerifyAnswer, target: string): string | undefined {
  const { standby, individualSupervisorInstall } = verify;
  switch (standby.kind) {
    case 'not-reported':
      return undefined;
    case 'state':
      return individualSupervisorInstall && standby.state === 'UNAVAILABLE'
        ? `the active supervisor runs ${target}, and the standby is unavailable: nobody can say what it runs`
        : undefined;
    case 'present':
      return standby.version === target
        ? undefined
        : `the active supervisor runs ${target}, and the standby ${standby.id} runs ${standby.version}: bring it to the same version first`;
  }
}

function refusedStandby(standby: Standby): Fault | undefined {
  switch (standby.kind) {
    case 'not-reported':
      return undefined;
    case 'state':
      // NON_EXISTENT and UNSUPPORTED are a chassis with one supervisor, UNSPECIFIED one that does not tell.
      return standby.state === 'UNAVAILABLE' ? refuse('the standby supervisor is unavailable') : undefined;
    case 'present': {
      const { id, activationFailMessage: message } = standby;
      return message === '' || message === ACTIVATION_IN_PROGRESS
        ? undefined
        : refuse(`the last activation failed on the standby supervisor ${id}: ${message}`);
    }
  }
}

function refusedImage(
  { verify, image, chassis, oldImage, policy }: PrecheckReading,
  target: string,
): Fault | undefined {
  const { platform } = image;
  const model = chassis?.model;
  if (platform !== undefined && model !== undefined && !isSamePlatform(platform, model)) {
    return refuse(`the image of ${target} is for ${platform}, and the router is a ${model}`);
  }
  if (policy.rollback && oldImage === 'missing') {
    return stop(
      'OLD_IMAGE_MISSING',
      `the image store has no image of ${verify.version}, which the router runs and may have to go back to`,
      'REJECTED',
    );
  }
  return undefined;
}

const isSamePlatform = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
