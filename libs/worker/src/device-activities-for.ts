import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createDeviceActivities,
  deviceConnector,
  fileEvidenceStore,
  fileImageStore,
  readImageKeys,
  registryRouterAccess,
  registryTenantRules,
} from '@vecino/activities';
import { errorText, systemClock } from '@vecino/foundation';
import type { DeviceTls } from '@vecino/gnoi';
import type { Logger } from '@vecino/telemetry';
import type { Registry } from '@vecino/tenancy';
import type { WorkerConfig } from './worker-config.js';
import { WorkerFault } from './worker-fault.js';

/**
 * The device activities as the configuration says. The registry is asked anew by each of them.
 *
 * @throws WorkerFault `DEVICE_TLS_UNREADABLE`, `IMAGE_KEYS_UNREADABLE`
 */
export function deviceActivitiesFor(config: WorkerConfig, registry: () => Registry, logger: Logger) {
  return createDeviceActivities({
    connect: deviceConnector({ tls: config.deviceTls && readDeviceTls(config.deviceTls) }),
    images: fileImageStore(config.imagesDir, imageKeysOf(config, logger)),
    evidence: fileEvidenceStore(config.evidenceDir, logger),
    access: registryRouterAccess(registry, config.devicePort),
    rules: registryTenantRules(registry),
    clock: systemClock,
    logger,
  });
}

/** Undefined where no image must be signed. */
function imageKeysOf({ imageKeys }: WorkerConfig, logger: Logger): readonly KeyObject[] | undefined {
  if (imageKeys === undefined) {
    logger.warn(
      {},
      'VECINO_IMAGE_KEYS is not set: whoever can write to the image store decides what routers run',
    );
    return undefined;
  }
  try {
    return readImageKeys(readFileSync(imageKeys, 'utf8'));
  } catch (cause) {
    const why = errorText(cause);
    throw new WorkerFault(
      'IMAGE_KEYS_UNREADABLE',
      `VECINO_IMAGE_KEYS: cannot use ${imageKeys}: ${why}`,
      cause,
    );
  }
}

function readDeviceTls(paths: NonNullable<WorkerConfig['deviceTls']>): DeviceTls {
  const read = (variable: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new WorkerFault('DEVICE_TLS_UNREADABLE', `${variable}: cannot read ${path}`, cause);
    }
  };
  return {
    ca: read('VECINO_DEVICE_CA', paths.ca),
    cert: read('VECINO_DEVICE_CERT', paths.cert),
    key: read('VECINO_DEVICE_KEY', paths.key),
  };
}
