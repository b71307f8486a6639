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
  /** Where each router listens and what its tenant asks of its upgrade, by its id. */
  readonly routers: Readonly<Record<string, { readonly port: number; readonly policy: UpgradePolicy }>>;
}

/** The waits of an upgrade, so short that a test can sit them out; their order is kept. */
export const QUICK_TIMING: UpgradeTiming = {
  ...UPGRADE_TIMING,
  neverAcceptedAfterMs: 1_500,
  neverStartedAfterMs: 3_000,
  returnWithinMs: 6_000,
  verifyWithinMs: 4_000,
};

export const QUICK_DEADLINES = { stallMs: 2_500, validateMs: 3_000, readMs: 3_000, rebootMs: 2_000 };

export const quickConnector = (settings: WorkbenchSettings): DeviceConnector =>
  deviceConnector({
    tls: {
      ca: readFileSync(settings.tls.ca),
      cert: readFileSync(settings.tls.cert),
      key: readFileSync(settings.tls.key),
    },
    deadlines: QUICK_DEADLINES,
  });

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
