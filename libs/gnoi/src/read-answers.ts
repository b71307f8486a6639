import {
  ACTIVATE_ERROR_TYPES,
  STANDBY_STATES,
  type ActivateOutcome,
  type Answer,
  type InstallOutcome,
  type RebootStatusAnswer,
  type Standby,
  type VerifyAnswer,
} from '@vecino/upgrade';
import { enumName } from './enum-name.js';
import type { CapabilityResponse, Encoding } from './gen/gnmi/gnmi.js';
import {
  ActivateError_Type,
  StandbyState_State,
  type ActivateResponse,
  type VerifyResponse,
  type VerifyStandby,
} from './gen/gnoi/os.js';
import type { RebootStatusResponse, TimeResponse } from './gen/gnoi/system.js';

export interface Capabilities {
  readonly gnmiVersion: string;
  readonly models: readonly { name: string; organization: string; version: string }[];
  readonly encodings: readonly Encoding[];
}

export const readTime = ({ time }: TimeResponse): { timeNs: bigint } => ({ timeNs: time });

export const readRebootStatus = ({ active, wait, reason }: RebootStatusResponse): RebootStatusAnswer => ({
  active,
  waitNs: wait,
  reason,
});

export function readVerify(response: VerifyResponse): VerifyAnswer {
  return {
    version: response.version,
    activationFailMessage: response.activationFailMessage,
    standby: readStandby(response.verifyStandby),
    individualSupervisorInstall: response.individualSupervisorInstall,
  };
}

function readStandby(standby: VerifyStandby | undefined): Standby {
  switch (standby?.state?.$case) {
    case undefined:
      return { kind: 'not-reported' };
    case 'standbyState':
      return {
        kind: 'state',
        state: enumName(StandbyState_State, STANDBY_STATES, standby.state.value.state),
      };
    case 'verifyResponse': {
      const { id, version, activationFailMessage } = standby.state.value;
      return { kind: 'present', id, version, activationFailMessage };
    }
  }
}

export function readActivate({ response }: ActivateResponse): ActivateOutcome {
  switch (response?.$case) {
    case undefined:
      return { kind: 'protocol-violation', message: 'an empty ActivateResponse' };
    case 'activateOk':
      return { kind: 'activated' };
    case 'activateError': {
      const { type, detail } = response.value;
      return {
        kind: 'activate-error',
        type: enumName(ActivateError_Type, ACTIVATE_ERROR_TYPES, type),
        detail,
      };
    }
  }
}

export const readCapabilities = (response: CapabilityResponse): Capabilities => ({
  gnmiVersion: response.gNMIVersion,
  models: response.supportedModels,
  encodings: response.supportedEncodings,
});

/** Whether an Install that was not meant to install anything met another one. */
export function readProbe(outcome: InstallOutcome): Answer<{ installing: boolean }> {
  switch (outcome.kind) {
    case 'install-error':
      return { kind: 'answer', installing: outcome.type === 'INSTALL_IN_PROGRESS' };
    case 'validated':
    case 'validated-other':
    // The target was ready to receive, so nothing else is being received.
    case 'source-unreadable':
    case 'source-mismatch':
      return { kind: 'answer', installing: false };
    case 'stalled':
    case 'protocol-violation':
      return { kind: 'rpc-error', code: 'UNKNOWN', message: 'no answer to the question for an Install' };
    case 'rpc-error':
    case 'identity-mismatch':
      return outcome;
  }
}
