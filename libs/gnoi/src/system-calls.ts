import { Metadata } from '@grpc/grpc-js';
import type { Answer, RebootOutcome, RebootStatusAnswer } from '@vecino/upgrade';
import { type CallLimits, type DeviceCaller } from './device-caller.js';
import { RebootMethod, type RebootResponse, type SystemClient } from './gen/gnoi/system.js';
import { readRebootStatus, readTime } from './read-answers.js';

/** `gnoi.system.System` of one router. */
export interface SystemCalls {
  time(limits?: CallLimits): Promise<Answer<{ timeNs: bigint }>>;
  /** A cold reboot of the whole device. */
  reboot(request: { message: string; delayNs?: bigint }, limits?: CallLimits): Promise<RebootOutcome>;
  rebootStatus(limits?: CallLimits): Promise<Answer<RebootStatusAnswer>>;
  cancelReboot(request: { message: string }, limits?: CallLimits): Promise<Answer<object>>;
}

export function systemCalls(client: SystemClient, caller: DeviceCaller): SystemCalls {
  const metadata = new Metadata();
  return {
    time: (limits) =>
      caller.ask(
        { call: 'gnoi.system.System/Time' },
        limits,
        (options, done) => client.time({}, metadata, options, done),
        readTime,
      ),
    reboot: ({ message, delayNs = 0n }, limits) => {
      const request = {
        method: RebootMethod.COLD,
        delay: delayNs,
        message,
        subcomponents: [],
        force: false,
      };
      return caller.ask(
        { call: 'gnoi.system.System/Reboot', request: { message, delayNs } },
        limits,
        (options, done) => client.reboot(request, metadata, options, done),
        empty,
        caller.deadlines.rebootMs,
      );
    },
    rebootStatus: (limits) =>
      caller.ask(
        { call: 'gnoi.system.System/RebootStatus' },
        limits,
        (options, done) => client.rebootStatus({ subcomponents: [] }, metadata, options, done),
        readRebootStatus,
      ),
    cancelReboot: ({ message }, limits) =>
      caller.ask(
        { call: 'gnoi.system.System/CancelReboot', request: { message } },
        limits,
        (options, done) => client.cancelReboot({ message, subcomponents: [] }, metadata, options, done),
        empty,
      ),
  };
}

const empty = (_response: RebootResponse): object => ({});
