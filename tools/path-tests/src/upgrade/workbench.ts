import { readFileSync } from 'node:fs';
import {
  createDeviceActivities,
  deviceConnector,
  fileEvidenceStore,
  fileImageStore,
  type DeviceConnector,
} from '@vecino/activities';
import { systemClock } from '@vecino/foundation';
import { silentLogger } from '@vecino/telemetry';
import {
  DEFAULT_UPGRADE_POLICY,
  UPGRADE_TIMING,
  type UpgradePolicy,
  type UpgradeTiming,
} from '@vecino/upgrade';

/** All that a worker needs to upgrade the routers of a laboratory; JSON, so that it can be handed to another process. */
export interface WorkbenchSettings {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly images: string;
  readonly evidence: string;
  /** Paths of PEM files. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  /** By the router's id. */
  readonly routers: Readonly<Record<string, WorkbenchRouter>>;
}

export interface WorkbenchRouter {
  /** Where it listens. */
  readonly port: number;
  /** What its tenant asks of its upgrade. */
  readonly policy: UpgradePolicy;
  readonly deadlines: typeof QUICK_DEADLINES;
}

/** The waits of an upgrade, so short that a test can sit them out; their order is kept. */
export const QUICK_TIMING: UpgradeTiming = {
  ...UPGRADE_TIMING,
  neverAcceptedAfterMs: 1_500,
  neverStartedAfterMs: 3_000,
  returnWithinMs: 6_000,
  verifyWithinMs: 4_000,
};

/** For a router that falls silent, or a worker that is killed: a test sits them out. */
export const QUICK_DEADLINES = { stallMs: 2_500, validateMs: 3_000, readMs: 3_000, rebootMs: 2_000 };
/** For all others: nobody waits for them, and a process that stands still on a busy machine must not look like a silent router. */
export const PATIENT_DEADLINES = { stallMs: 10_000, validateMs: 10_000, readMs: 10_000, rebootMs: 10_000 };

export function quickConnector({ tls, routers }: WorkbenchSettings): DeviceConnector {
  const identity = { ca: readFileSync(tls.ca), cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
  return (router, hooks) => {
    const deadlines = routers[router.serverName]?.deadlines ?? QUICK_DEADLINES;
    return deviceConnector({ tls: identity, deadlines })(router, hooks);
  };
}

export function deviceActivitiesOf(
  settings: WorkbenchSettings,
  connect: DeviceConnector = quickConnector(settings),
) {
  return createDeviceActivities({
    connect,
    images: fileImageStore(settings.images),
    evidence: fileEvidenceStore(settings.evidence, silentLogger),
    access: {
      check: (_tenantId, routerId) => ({
        allowed: true,
        port: settings.routers[routerId]?.port ?? 0,
        tls: true,
        serverName: routerId,
      }),
    },
    rules: {
      // Each router of a laboratory is a tenant of its own.
      policyOf: (tenantId) => settings.routers[tenantId]?.policy ?? DEFAULT_UPGRADE_POLICY,
      mayInstall: () => true,
      stopOf: () => undefined,
    },
    clock: systemClock,
    logger: silentLogger,
    polling: { firstMs: 20, factor: 1.3, maxMs: 100 },
    timing: QUICK_TIMING,
  });
}
