import type { Clock } from '@vecino/foundation';
import type { CallLimits, DeviceConnection } from '@vecino/gnoi';
import type { RebootObservation, RebootStatusAnswer, VerifyAnswer } from '@vecino/upgrade';

/** What a router that answers in full shows. */
export type Sighting = Extract<RebootObservation, { kind: 'reachable' }> & {
  readonly verify: VerifyAnswer;
};

export type Observation = { readonly kind: 'unreachable'; readonly text: string } | Sighting;

/** A reboot is under way, or will be. */
export const isPending = ({ active, waitNs }: RebootStatusAnswer): boolean => active || waitNs > 0n;

/** One look at a router that may be rebooting. What cannot be read in full counts as unreachable: it proves nothing. */
export async function observeDevice(
  { device, clock }: { readonly device: DeviceConnection; readonly clock: Clock },
  limits: CallLimits,
): Promise<Observation> {
  const unreachable = (text: string): Observation => ({ kind: 'unreachable', text });
  const askedAtMs = clock.now();
  const state = await device.gnmi.systemState(limits);
  const answeredAtMs = clock.now();
  // Its clock was read at some moment between.
  const seenAtMs = Math.round((askedAtMs + answeredAtMs) / 2);
  if (state.kind !== 'answer') return unreachable(`its boot time cannot be read: ${state.message}`);
  if (!state.reported) return unreachable(`it gives no boot time: ${state.why}`);
  const verify = await device.os.verify(limits);
  if (verify.kind !== 'answer') return unreachable(`Verify failed: ${verify.message}`);
  const status = await device.system.rebootStatus(limits);
  // Without RebootStatus the boot time has to do.
  const withoutStatus = status.kind === 'rpc-error' && status.code === 'UNIMPLEMENTED';
  if (status.kind !== 'answer' && !withoutStatus)
    return unreachable(`RebootStatus failed: ${status.message}`);
  const { bootTimeNs, deviceTimeNs } = state;
  return {
    kind: 'reachable',
    bootTimeNs,
    ...(deviceTimeNs !== undefined && { deviceTimeNs }),
    seenAtMs,
    runningVersion: verify.version,
    rebootActive: status.kind === 'answer' && isPending(status),
    verify,
  };
}
