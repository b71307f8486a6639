import { type EpochMs, redactBeginning } from '@vecino/foundation';

/** The calls of this driver by the full name of their method, as a target's log shows them. */
export type DeviceCall =
  | 'gnoi.os.OS/Install'
  | 'gnoi.os.OS/Activate'
  | 'gnoi.os.OS/Verify'
  | 'gnoi.system.System/Time'
  | 'gnoi.system.System/Reboot'
  | 'gnoi.system.System/RebootStatus'
  | 'gnoi.system.System/CancelReboot'
  | 'gnmi.gNMI/Capabilities'
  | 'gnmi.gNMI/Get';

/** What was asked and answered, fit for JSON: 64-bit numbers as text, structures as their JSON text, long texts cut, no secrets. */
export type CallDetail = Readonly<Record<string, string | number | boolean>>;

/** One call that went out, told when it is over. */
export interface CallRecord {
  readonly call: DeviceCall;
  readonly startedAt: EpochMs;
  readonly ms: number;
  /** The kind of the outcome (`answer`, `validated`, `install-error`, …), or the gRPC status where there was no reply. */
  readonly outcome: string;
  readonly detail: CallDetail;
}

export type CallObserver = (record: CallRecord) => void;

/** Hooks into the calls of one connection. A call that was cancelled before it was sent reaches neither. */
export interface CallHooks {
  /**
   * Called and awaited just before a call goes out; its deadline runs already. What it throws is the caller's own: the call
   * is not sent, and its method rejects with it.
   */
  readonly beforeCall?: ((call: DeviceCall) => void | Promise<void>) | undefined;
  /** Called at the end of every call. It must not throw. */
  readonly observer?: CallObserver | undefined;
}

const LONGEST_TEXT = 500;

/** The parts of a request or an outcome that a record keeps. */
export function callDetail(...parts: readonly object[]): CallDetail {
  const detail: Record<string, string | number | boolean> = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      if (name !== 'kind' && value !== undefined) detail[name] = recordable(value);
    }
  }
  return detail;
}

function recordable(value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return String(value);
  const whole = typeof value === 'string' ? value : (JSON.stringify(value, jsonValue) ?? '');
  return redactBeginning(whole, LONGEST_TEXT);
}

function jsonValue(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}
