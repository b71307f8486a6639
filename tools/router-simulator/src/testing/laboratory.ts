import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import {
  createDeviceActivities,
  deviceConnector,
  fileEvidenceStore,
  fileImageStore,
  type DeviceActivityDeps,
  type RouterAccess,
} from '@vecino/activities';
import { invariant, systemClock } from '@vecino/foundation';
import type { DeviceTls } from '@vecino/gnoi';
import { silentLogger } from '@vecino/telemetry';
import { DEFAULT_UPGRADE_POLICY, type UpgradePolicy } from '@vecino/upgrade';
import type {
  DeviceActivities,
  PrecheckResult,
  StepInput,
  UpgradeTarget,
  WaitUpResult,
} from '@vecino/workflows';
import { CertificateAuthority } from '../certificate-authority.js';
import type { RouterSettings } from '../router-config.js';
import { startSimulator, type Simulator } from '../simulator.js';
import { writeImage } from '../write-image.js';

export const OLD_VERSION = '1.0.0';
export const NEW_VERSION = '2.0.0';

/** What the laboratory's tenant asks of its upgrades. */
export const POLICY: UpgradePolicy = { ...DEFAULT_UPGRADE_POLICY, soakSeconds: 1, recoverySeconds: 2 };

/** A router over TLS, an image store and the activities, as a worker has them. */
export interface Laboratory {
  readonly dir: string;
  readonly simulator: Simulator;
  readonly authority: CertificateAuthority;
  readonly tls: DeviceTls;
  readonly target: UpgradeTarget;
  /** Attempt of an activity; `info` as Temporal would give it. */
  run<K extends keyof DeviceActivities>(
    activity: K,
    input: Parameters<DeviceActivities[K]>[0],
    attempt?: Attempt,
  ): ReturnType<DeviceActivities[K]>;
  /** Precheck, and what the steps after it are given. */
  prechecked(): Promise<Checked>;
  /** Up to a router that holds the version and would boot it. */
  armed(): Promise<Checked>;
  /** Up to a router that has come back. */
  rebooted(): Promise<Checked & { readonly up: WaitUpResult }>;
  /** Calls of one RPC that the router did. */
  accepted(rpc: string): number;
  stop(): Promise<void>;
}

export interface Checked {
  readonly checked: Extract<PrecheckResult, { kind: 'proceed' }>;
  readonly input: StepInput;
}

export interface Attempt {
  readonly number?: number;
  readonly lastHeartbeat?: unknown;
  readonly onHeartbeat?: (details: unknown) => void;
  readonly environment?: (environment: MockActivityEnvironment) => void;
  readonly deps?: Partial<DeviceActivityDeps>;
}

const ROUTER_ID = 'edge-1';

export async function openLaboratory(
  router: Partial<RouterSettings> = {},
  imageBytes = 300_000,
): Promise<Laboratory> {
  const dir = mkdtempSync(join(tmpdir(), 'vecino-laboratory-'));
  const authority = await CertificateAuthority.create();
  const client = await authority.issueClient('worker-under-test');
  const tls: DeviceTls = { ca: authority.identity.certificate, cert: client.certificate, key: client.key };
  for (const version of [OLD_VERSION, NEW_VERSION]) {
    await writeImage(join(dir, 'images'), version, imageBytes, 'test');
  }
  const simulator = await startSimulator({
    routers: [
      {
        routerId: ROUTER_ID,
        address: '127.0.0.1',
        port: 0,
        runningVersion: OLD_VERSION,
        rebootMs: 150,
        ...router,
      },
    ],
    authority,
    callLog: join(dir, 'calls.jsonl'),
  });
  const access: RouterAccess = {
    allowed: true,
    port: simulator.router(ROUTER_ID).snapshot().port,
    tls: true,
    serverName: ROUTER_ID,
  };
  const deps: DeviceActivityDeps = {
    connect: deviceConnector({ tls }),
    images: fileImageStore(join(dir, 'images')),
    evidence: fileEvidenceStore(join(dir, 'evidence'), silentLogger),
    rules: { policyOf: () => POLICY, mayInstall: () => true, stopOf: () => undefined },
    access: { check: () => access },
    clock: systemClock,
    logger: silentLogger,
    polling: { firstMs: 10, factor: 1.2, maxMs: 25 },
    progress: () => Promise.resolve(),
    claim: () => Promise.resolve('ours'),
  };
  const target: UpgradeTarget = {
    tenantId: 'chogar',
    deploymentId: 'deployment-1',
    routerId: ROUTER_ID,
    routerIp: '127.0.0.1',
    softwareVersion: NEW_VERSION,
  };
  const run: Laboratory['run'] = (activity, input, attempt = {}) => {
    const environment = environmentOf(attempt);
    const activities = createDeviceActivities({ ...deps, ...attempt.deps });
    attempt.environment?.(environment);
    const perform = activities[activity] as (
      given: typeof input,
    ) => Promise<Awaited<ReturnType<DeviceActivities[typeof activity]>>>;
    return environment.run(perform, input) as ReturnType<DeviceActivities[typeof activity]>;
  };
  const prechecked = async (): Promise<Checked> => {
    const checked = await run('precheck', target);
    invariant(checked.kind === 'proceed', 'the router is ready for an upgrade');
    return { checked, input: { ...target, baseline: checked.baseline, direction: 'forward' } };
  };
  const armed = async (): Promise<Checked> => {
    const { checked, input } = await prechecked();
    await run('install', input);
    const { supervisors, activateReboots } = input.baseline;
    if (supervisors === 'individual') await run('installStandby', input);
    if (!activateReboots) await run('arm', input);
    return { checked, input };
  };
  return {
    dir,
    simulator,
    authority,
    tls,
    target,
    run,
    prechecked,
    armed,
    async rebooted() {
      const { checked, input } = await armed();
      await run('reboot', input);
      return { checked, input, up: await run('waitUp', input) };
    },
    accepted: (rpc) =>
      simulator.calls(ROUTER_ID).filter((call) => call.rpc.endsWith(rpc) && call.accepted).length,
    async stop() {
      await simulator.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const nothing = (): void => undefined;
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

function environmentOf({ number = 1, lastHeartbeat, onHeartbeat }: Attempt): MockActivityEnvironment {
  const environment = new MockActivityEnvironment(
    { attempt: number, heartbeatDetails: lastHeartbeat, scheduledTimestampMs: Date.now() },
    { logger: quiet },
  );
  if (onHeartbeat) environment.on('heartbeat', onHeartbeat);
  return environment;
}
