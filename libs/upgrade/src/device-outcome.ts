/**
 * What a device can answer, as closed unions. The driver (`libs/gnoi`) produces these; the classification in this package
 * reads them. Names are those of the protocols: gRPC status codes, `gnoi.os` and `gnoi.system` enums.
 */

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md, without OK. */
export const RPC_CODES = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
export type RpcCode = (typeof RPC_CODES)[number];

/** The call ended with a gRPC status other than OK. */
export interface RpcError {
  readonly kind: 'rpc-error';
  readonly code: RpcCode;
  readonly message: string;
}

/** The endpoint answered with a certificate that is not the router's: whoever it is, it is not our device. */
export interface IdentityMismatch {
  readonly kind: 'identity-mismatch';
  readonly expected: string;
  readonly message: string;
}

export type CallFault = RpcError | IdentityMismatch;

/** A reply, or why there is none. */
export type Answer<T> = ({ readonly kind: 'answer' } & T) | CallFault;

/** `gnoi.os.InstallError.Type`. */
export const INSTALL_ERROR_TYPES = [
  'UNSPECIFIED',
  'INCOMPATIBLE',
  'TOO_LARGE',
  'PARSE_FAIL',
  'INTEGRITY_FAIL',
  'INSTALL_RUN_PACKAGE',
  'INSTALL_IN_PROGRESS',
  'UNEXPECTED_SWITCHOVER',
  'SYNC_FAIL',
  'NOT_SUPPORTED_ON_BACKUP',
] as const;
export type InstallErrorType = (typeof INSTALL_ERROR_TYPES)[number];

/** `gnoi.os.ActivateError.Type`. */
export const ACTIVATE_ERROR_TYPES = [
  'UNSPECIFIED',
  'NON_EXISTENT_VERSION',
  'NOT_SUPPORTED_ON_BACKUP',
] as const;
export type ActivateErrorType = (typeof ACTIVATE_ERROR_TYPES)[number];

/** `gnoi.os.StandbyState.State`. */
export const STANDBY_STATES = ['UNSPECIFIED', 'UNSUPPORTED', 'NON_EXISTENT', 'UNAVAILABLE'] as const;
export type StandbyStateName = (typeof STANDBY_STATES)[number];

export type Standby =
  | { readonly kind: 'not-reported' }
  | { readonly kind: 'state'; readonly state: StandbyStateName }
  | {
      readonly kind: 'present';
      readonly id: string;
      readonly version: string;
      readonly activationFailMessage: string;
    };

/** How an Install ended. */
export type InstallOutcome =
  /** `transferred` is false when the target already held the image and no content was asked for. */
  | {
      readonly kind: 'validated';
      readonly version: string;
      readonly transferred: boolean;
      readonly bytes: number;
    }
  /** A target validates whatever it was sent: the image is another one than its name says. */
  | { readonly kind: 'validated-other'; readonly asked: string; readonly answered: string }
  | { readonly kind: 'install-error'; readonly type: InstallErrorType; readonly detail: string }
  /** Neither a byte accepted nor a message received for the time given. */
  | { readonly kind: 'stalled'; readonly afterMs: number; readonly bytes: number }
  /** The file is not what its manifest says; the transfer was broken off before its end, so nothing was installed. */
  | { readonly kind: 'source-mismatch'; readonly expected: string; readonly actual: string }
  | { readonly kind: 'source-unreadable'; readonly message: string }
  /** The target broke the protocol, such as ending the stream without an answer. */
  | { readonly kind: 'protocol-violation'; readonly message: string }
  | CallFault;

export type ActivateOutcome =
  | { readonly kind: 'activated' }
  | { readonly kind: 'activate-error'; readonly type: ActivateErrorType; readonly detail: string }
  | { readonly kind: 'protocol-violation'; readonly message: string }
  | CallFault;

export interface VerifyAnswer {
  readonly version: string;
  readonly activationFailMessage: string;
  readonly standby: Standby;
  readonly individualSupervisorInstall: boolean;
}
export type VerifyOutcome = Answer<VerifyAnswer>;
export type RebootOutcome = Answer<object>;

export interface RebootStatusAnswer {
  readonly active: boolean;
  readonly waitNs: bigint;
  readonly reason: string;
}
