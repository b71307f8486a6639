import type { EpochMs, ReasonCode } from '@vecino/foundation';
import type { CallLimits, SystemState } from '@vecino/gnoi';
import { retry, stop, type DeviceSnapshot, type VerifyAnswer } from '@vecino/upgrade';
import { answerOf } from './answer-of.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';

export interface BootReading extends SystemState {
  /** By the worker's clock: the middle of the reading. */
  readonly takenAt: EpochMs;
  readonly tookMs: number;
}

/** Boot time and clock of one moment. Throws a `DeviceFault`, final where the router gives no boot time: nothing could be judged. */
export async function readBoot(
  { device, clock }: DeviceSession,
  limits: CallLimits,
  code: ReasonCode,
): Promise<BootReading> {
  const startedAt = clock.now();
  const state = answerOf('Get /system/state', await device.gnmi.systemState(limits), code);
  if (!state.reported) {
    const end = code === 'PRECHECK_REFUSED' ? 'REJECTED' : 'FAILED';
    throw new DeviceFault(stop(code, `the router gives no /system/state/boot-time: ${state.why}`, end));
  }
  const endedAt = clock.now();
  return { ...state, takenAt: Math.round((startedAt + endedAt) / 2), tookMs: endedAt - startedAt };
}

/**
 * As `readBoot`, close enough in time that uptimes can be compared by it: a slow reading is made again. Throws a `DeviceFault`
 * that may pass where all are slow.
 */
export async function readBootClosely(
  session: DeviceSession,
  limits: CallLimits,
  code: ReasonCode,
): Promise<BootReading> {
  for (let reading = 1; ; reading += 1) {
    const boot = await readBoot(session, limits, code);
    if (isClose(boot.tookMs)) return boot;
    if (reading === READINGS) {
      const text = `the router took ${boot.tookMs} ms to tell its boot time: too long to judge a reboot by`;
      throw new DeviceFault(retry(code, text));
    }
  }
}

const READINGS = 3;
/** A part of the tolerance for uptimes. */
const CLOSE_MS = 2_000;

/** The clock was not set back meanwhile, either. */
const isClose = (tookMs: number): boolean => tookMs >= 0 && tookMs <= CLOSE_MS;

/** What the router does for others now. Throws a `DeviceFault` where it does not answer. */
export async function readSnapshot(
  { device }: DeviceSession,
  { verify, boot }: { readonly verify: VerifyAnswer; readonly boot: BootReading },
  limits: CallLimits,
  code: ReasonCode,
): Promise<DeviceSnapshot> {
  const { gnmi } = device;
  const interfaces = answerOf('Get interfaces', await gnmi.interfaces(limits), code);
  const peers = answerOf('Get BGP neighbors', await gnmi.bgpPeers(limits), code);
  const alarms = answerOf('Get alarms', await gnmi.alarms(limits), code);
  const space = answerOf('Get mount points', await gnmi.freeSpace(limits), code);
  return {
    takenAt: boot.takenAt,
    version: verify.version,
    bootTimeNs: String(boot.bootTimeNs),
    standby: verify.standby,
    ...(interfaces.reported && { interfacesUp: namesOfUp(interfaces.interfaces) }),
    ...(peers.reported && { peersEstablished: namesOfEstablished(peers.peers) }),
    ...(alarms.reported && { alarms: alarms.alarms }),
    ...(space.reported && { freeBytes: space.freeBytes }),
  };
}

const namesOfUp = (interfaces: ReadonlyMap<string, string>): string[] =>
  [...interfaces]
    .filter(([, status]) => status === 'UP')
    .map(([name]) => name)
    .sort();

const namesOfEstablished = (
  peers: readonly { readonly instance: string; readonly address: string; readonly state: string }[],
): string[] =>
  peers
    .filter(({ state }) => state === 'ESTABLISHED')
    .map(({ instance, address }) => `${instance} ${address}`)
    .sort();
