import { join } from 'node:path';
import type { Service } from '@vecino/devstack';
import { certificateFiles, writeImage } from '@vecino/router-simulator';
import type { Laboratory } from './laboratory.js';

const DEVICE_PORT = 9_339;
/** The simulators start with the first of them. */
export const VERSIONS = ['1.0.0', '2.0.0'] as const;

export interface FleetPlan {
  readonly name: string;
  readonly routers: number;
  /** Of the first router; the others follow. */
  readonly firstAddress: readonly [number, number, number, number];
  readonly imageBytes: number;
}

/** Simulated routers over mTLS, with images of both versions. */
export interface Fleet {
  readonly simulator: Service;
  /** What a worker needs to upgrade them. */
  readonly env: Readonly<Record<string, string>>;
  /** Every call that the routers took. */
  readonly callLog: string;
  /** Address of the n-th router, from 0. */
  addressOf(n: number): string;
}

export const routerId = (n: number): string => `router-${String(n + 1).padStart(3, '0')}`;

export async function startFleet(lab: Laboratory, plan: FleetPlan): Promise<Fleet> {
  const { name, routers, firstAddress, imageBytes } = plan;
  const dir = join(lab.dir, name);
  const images = join(dir, 'images');
  for (const version of VERSIONS) await writeImage(images, version, imageBytes, 'vecino');
  const certificates = join(dir, 'certificates');
  const callLog = join(dir, 'calls.jsonl');
  const simulator = await lab.run(name, 'tools/router-simulator/dist/main.js', {}, [
    ...['--routers', String(routers), '--first-address', firstAddress.join('.')],
    ...['--port', String(DEVICE_PORT), '--certificates', certificates, '--calls', callLog],
  ]);
  const { ca, clientCert, clientKey } = certificateFiles(certificates);
  return {
    simulator,
    callLog,
    env: {
      VECINO_IMAGES_DIR: images,
      VECINO_DEVICE_PORT: String(DEVICE_PORT),
      VECINO_DEVICE_CA: ca,
      VECINO_DEVICE_CERT: clientCert,
      VECINO_DEVICE_KEY: clientKey,
    },
    addressOf(n) {
      const [a, b, c, d] = firstAddress;
      const address = ((a * 256 + b) * 256 + c) * 256 + d + n;
      return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
    },
  };
}
