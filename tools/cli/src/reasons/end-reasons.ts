import { type ReasonTexts } from './reason-text.js';

/** How a deployment ended. */
export const ENDS = {
  UPGRADED: {
    terminal: '`SUCCEEDED`',
    happened:
      'The router has booted, runs the version asked for on each of its supervisors, kept running it for the soak time, and has all that it had before.',
    follows: 'Nothing. The router is free for its next request.',
    todo: 'Nothing.',
  },
  ALREADY_RUNNING: {
    terminal: '`SUCCEEDED`',
    happened: 'Every supervisor of the router ran the version already.',
    follows: 'Nothing. It was not touched.',
    todo: 'Nothing.',
  },
  PRECHECK_REFUSED: {
    terminal: '`REJECTED`; `FAILED` where a call failed',
    happened:
      'Before anything was changed: a reboot or an activation is pending, the standby supervisor is unavailable, failed to activate or runs another version than the active one that has the target already, the image is for another platform, there is no boot time, or a call was refused.',
    follows: 'Nothing. The router was not touched and is free.',
    todo: 'Mend what the sentence says, send again: [rejected](runbooks/rejected.md).',
  },
  IMAGE_UNKNOWN: {
    terminal: '`REJECTED`; `FAILED` where it went away meanwhile',
    happened:
      'The image store has no image of the version; the sentence names those that the tenant may have.',
    follows: 'Nothing. The router runs what it ran.',
    todo: 'Correct the version, or add the image to the store; send again: [rejected](runbooks/rejected.md).',
  },
  IMAGE_NOT_ALLOWED: {
    terminal: '`REJECTED`; `FAILED` where the list changed meanwhile',
    happened:
      "The tenant's `images.allow` in the registry does not name the version; the sentence names those it may have.",
    follows: 'Nothing. The router runs what it ran.',
    todo: 'Choose another version, or allow it: [rejected](runbooks/rejected.md).',
  },
  IMAGE_DAMAGED: {
    terminal: '`REJECTED`; `FAILED` where it was found while sending',
    happened: 'The stored image is not what its manifest says, or the manifest cannot be read.',
    follows: 'Nothing is sent, or the transfer is broken off before its end: the router holds nothing of it.',
    todo: 'Put the image into the store again: [rejected](runbooks/rejected.md).',
  },
  IMAGE_UNTRUSTED: {
    terminal: '`REJECTED`; `FAILED` where the keys changed meanwhile',
    happened: "No key of `VECINO_IMAGE_KEYS` has signed the image's manifest.",
    follows: 'Nothing. The router runs what it ran.',
    todo: 'Have the image signed, or find out who put it there: [rejected](runbooks/rejected.md).',
  },
  OLD_IMAGE_MISSING: {
    terminal: '`REJECTED`',
    happened:
      'The store has no image of the version that the router runs now, so that there might be no way back.',
    follows: 'Nothing. The router was not touched.',
    todo: "Add that image too, or set the tenant's `upgrade.rollback: false`: [rejected](runbooks/rejected.md).",
  },
  DEVICE_UNREACHABLE: {
    terminal: '`FAILED`',
    happened: 'No answer over all attempts, or the worker has no certificate for routers.',
    follows:
      'Nothing. Before Reboot the router runs what it ran; what was armed is taken back as soon as it answers.',
    todo: '[Router unreachable](runbooks/device-unreachable.md).',
  },
  DEVICE_IDENTITY_MISMATCH: {
    terminal: '`FAILED`',
    happened:
      "Whoever answers at the address has another certificate than the router's. Nothing was said to it.",
    follows: 'Nothing is tried again: the next answer would be the same.',
    todo: '[Router unreachable](runbooks/device-unreachable.md#another-certificate).',
  },
  INSTALL_FAILED: {
    terminal: '`FAILED`',
    happened:
      "The image did not get onto the router: refused, stalled, or another version was validated. `details.gnoi_error` has gNOI's word for it.",
    follows:
      'Nothing more: what may pass was tried again, each kind of error up to its own limit. The running software is unchanged.',
    todo: '[Install or activation failed](runbooks/install-failed.md).',
  },
  ACTIVATE_FAILED: {
    terminal: '`FAILED`',
    happened: 'The router did not accept the new version as the next one to boot. It was not rebooted.',
    follows: 'What runs is made the next to boot again.',
    todo: '[Install or activation failed](runbooks/install-failed.md).',
  },
  REBOOT_FAILED: {
    terminal: '`FAILED`',
    happened:
      'The router refused Reboot, or accepted it and was still up after 10 minutes, or rebooted by itself before it was told to.',
    follows: 'What runs is made the next to boot again.',
    todo: '[Reboot failed](runbooks/reboot-failed.md).',
  },
  DEVICE_DID_NOT_RETURN: {
    terminal: '`FAILED`',
    happened: 'The router was rebooted and did not come back in time, or went away while it soaked.',
    follows: 'The router stays locked and is asked every 5 minutes until it answers.',
    todo: 'Somebody has to look at the device: [router did not return](runbooks/device-did-not-return.md).',
  },
  VERIFY_FAILED: {
    terminal: '`ROLLED_BACK`; `FAILED` where the tenant wants no rollback',
    happened: 'The router came back and does not run the version on every supervisor, or refuses Verify.',
    follows:
      'With `upgrade.rollback` (the default) it goes back to its old version; else it stays locked until it says that it is at rest.',
    todo: '[Rolled back](runbooks/rolled-back.md), or [verify failed](runbooks/verify-failed.md).',
  },
  FELL_BACK: {
    terminal: '`FAILED`',
    happened:
      'The router went back to its old version by itself. Where it said why, the sentence has its words.',
    follows: 'What runs is made the next to boot again. The router is free.',
    todo: '[Verify failed, or fell back](runbooks/verify-failed.md#it-fell-back).',
  },
  POSTCHECK_FAILED: {
    terminal: '`ROLLED_BACK`; `FAILED` where the tenant wants no rollback',
    happened:
      'The router runs the version and is worse off than before: a peer, an interface or the standby is missing, an alarm is new, or it booted again by itself.',
    follows:
      'With `upgrade.rollback` (the default) it goes back to its old version; else it stays on the new one, and is free.',
    todo: '[Rolled back](runbooks/rolled-back.md), or [verify failed](runbooks/verify-failed.md#it-is-worse-off).',
  },
  ROLLBACK_FAILED: {
    terminal: '`FAILED`',
    happened: 'The upgrade was not good, and the way back failed too; the sentence says both.',
    follows: 'Nothing more is tried. The router stays locked until a human unlocks it.',
    todo: 'Call somebody who knows the device, now: [rollback failed](runbooks/rollback-failed.md).',
  },
  DEVICE_STATE_UNKNOWN: {
    terminal: '`FAILED`; or a detail of `TERMINATED`, `TIMED_OUT`',
    happened: 'A step ended without an answer that tells what state the router is in.',
    follows: 'The router stays locked and is asked every 5 minutes until it says that nothing is pending.',
    todo: 'Look at the device before anything else is sent to it: [router quarantined](runbooks/router-quarantined.md).',
  },
  CANCELLED_BY_OPERATOR: {
    terminal: '`CANCELLED`',
    happened: 'It was cancelled before Reboot was sent; the sentence says by whom where that is known.',
    follows:
      'What was armed is taken back. The router runs what it ran and is free. The image may stay on it.',
    todo: 'Nothing: [cancelled](runbooks/cancelled.md).',
  },
  TERMINATED_FROM_OUTSIDE: {
    terminal: '`TERMINATED`',
    happened: 'Somebody terminated the workflow.',
    follows: 'The router stays locked until it says that it is at rest; then this status comes.',
    todo: '[Terminated or timed out](runbooks/deployment-terminated.md). Next time cancel it instead.',
  },
  EXECUTION_TIMED_OUT: {
    terminal: '`TIMED_OUT`',
    happened: 'The workflow ran longer than all its steps together may take.',
    follows: 'As after a termination.',
    todo: '[Terminated or timed out](runbooks/deployment-terminated.md#it-timed-out).',
  },
  WORKFLOW_FAILED: {
    terminal: '`FAILED`',
    happened: 'The workflow failed without a report of its own: a fault in our code.',
    follows: 'The router stays locked until it says that it is at rest.',
    todo: '[Workflow failed](runbooks/workflow-failed.md).',
  },
} as const satisfies ReasonTexts<'terminal' | 'happened' | 'follows' | 'todo'>;
