import { Metadata } from '@grpc/grpc-js';
import type { ActivateOutcome, Answer, InstallOutcome, VerifyOutcome } from '@vecino/upgrade';
import { type CallLimits, type DeviceCaller, type UnaryStart } from './device-caller.js';
import type { ActivateResponse, OSClient } from './gen/gnoi/os.js';
import { openInstall } from './install-stream.js';
import { runInstall, type InstallImage, type InstallOptions } from './install.js';
import { readActivate, readProbe, readVerify } from './read-answers.js';

export interface ActivateRequest {
  readonly version: string;
  readonly noReboot: boolean;
  readonly standbySupervisor?: boolean;
}

/** `gnoi.os.OS` of one router. */
export interface OsCalls {
  verify(limits?: CallLimits): Promise<VerifyOutcome>;
  install(options: InstallOptions): Promise<InstallOutcome>;
  /**
   * Whether an Install runs on the target, for which the protocol has no question: asks to install the version it runs,
   * which transfers nothing, and sees whether that is refused as a second one.
   */
  isInstalling(runningVersion: string, limits?: CallLimits): Promise<Answer<{ installing: boolean }>>;
  activate(request: ActivateRequest, limits?: CallLimits): Promise<ActivateOutcome>;
}

export function osCalls(client: OSClient, caller: DeviceCaller): OsCalls {
  const { deadlines, toFault } = caller;
  const metadata = new Metadata();
  return {
    verify: (limits) =>
      caller.ask(
        { call: 'gnoi.os.OS/Verify' },
        limits,
        (options, done) => client.verify({}, metadata, options, done),
        readVerify,
      ),
    install: (install) => {
      const { version, bytes } = install.image;
      const standbySupervisor = install.standbySupervisor ?? false;
      const request = { version, packageSize: bytes, standbySupervisor };
      const deadline = Date.now() + (install.deadlineMs ?? deadlines.installMs);
      return caller.observed({ call: 'gnoi.os.OS/Install', request }, install, () =>
        runInstall(
          openInstall(client, { deadline }),
          {
            ...install,
            stallMs: install.stallMs ?? deadlines.stallMs,
            validateMs: install.validateMs ?? deadlines.validateMs,
          },
          toFault,
        ),
      );
    },
    isInstalling: async (version, limits) => {
      const patience = { stallMs: deadlines.readMs, validateMs: deadlines.readMs };
      const probe = { image: emptyImage(version), signal: limits?.signal, ...patience };
      const request = { version, probe: true };
      const deadline = Date.now() + (limits?.deadlineMs ?? deadlines.readMs);
      const outcome = await caller.observed({ call: 'gnoi.os.OS/Install', request }, limits, () =>
        runInstall(openInstall(client, { deadline }), probe, toFault),
      );
      return readProbe(outcome);
    },
    activate: ({ version, noReboot, standbySupervisor = false }, limits) => {
      const request = { version, noReboot, standbySupervisor };
      const start: UnaryStart<ActivateResponse> = (options, done) =>
        client.activate(request, metadata, options, done);
      const asked = { call: 'gnoi.os.OS/Activate', request } as const;
      return caller.unary(asked, limits, start, readActivate, deadlines.activateMs);
    },
  };
}

/** An image that cannot be sent: a target that asks for it gets a cancelled stream. */
const emptyImage = (version: string): InstallImage => ({
  version,
  bytes: 0,
  sha256: '',
  open: () => {
    throw new Error('a probe has no content');
  },
});
