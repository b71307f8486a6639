import { readFileSync } from 'node:fs';
import {
  createDeviceActivities,
  deviceConnector,
  fileImageStore,
  registryRouterAccess,
} from '@vecino/activities';
import { systemClock } from '@vecino/foundation';
import type { DeviceTls } from '@vecino/gnoi';
import type { Logger } from '@vecino/telemetry';
import type { Registry } from '@vecino/tenancy';
import type { WorkerConfig } from './worker-config.js';
import { WorkerFault } from './worker-fault.js';

/**
 * The device activities as the configuration says. The registry is asked anew by each of them.
 *
 * @throws WorkerFault `DEVICE_TLS_UNREADABLE`
 */
export function deviceActivitiesFor(config: WorkerConfig, registry: () => Registry, logger: Logger) {
  return createDeviceActivities({
    connect: deviceConnector({ tls: config.deviceTls && readDeviceTls(config.deviceTls) }),
    images: fileImageStore(config.imagesDir),
    access: registryRouterAccess(registry, config.devicePort),
    clock: systemClock,
    logger,
  });
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
