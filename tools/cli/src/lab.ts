import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { choosePort, isPortFree, LOOPBACK, racingForPorts, type Service } from '@vecino/devstack';
import {
  type CertificateFiles,
  type RouterSettings,
  writeCertificates,
  writeImage,
} from '@vecino/router-simulator';
import { type Registry } from '@vecino/tenancy';
import { FIRST_VERSION, IMAGE_VERSIONS, planSimulator } from './platform-plan.js';
import { startPlanned, type Surroundings } from './start-planned.js';

export const DEVICE_PORT = 9339;
/** HTTP of the router simulator, on loopback. */
export const CONTROL_PORT = 9340;
const IMAGE_BYTES = 8 * 1024 * 1024;
const ADD_WITHIN_MS = 10_000;

/** The simulated routers of a registry; `devicePort` is where the workers dial. */
export type PlanRouters = (registry: Registry, devicePort: number) => readonly RouterSettings[];

/** What routers and workers share. */
export interface LabFiles {
  readonly dir: string;
  readonly images: string;
  readonly certificates: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Simulated routers, running. */
export interface Lab {
  readonly simulator: Service;
  readonly env: Readonly<Record<string, string>>;
  /** Simulates those of the registry that are not there yet; a simulator that starts again has them too. */
  follow(registry: Registry): Promise<void>;
}

/** Writes images and certificates, unless they are there. */
export async function writeLabFiles({
  stateDir,
  env,
}: Pick<Surroundings, 'stateDir' | 'env'>): Promise<LabFiles> {
  const dir = join(stateDir, 'lab');
  await mkdir(dir, { recursive: true });
  const images = env['VECINO_IMAGES_DIR'] ?? join(dir, 'images');
  const certificates = join(dir, 'certificates');
  const { ca, clientCert, clientKey } = await writeLabMaterial(images, certificates);
  return {
    dir,
    images,
    certificates,
    env: {
      VECINO_IMAGES_DIR: images,
      VECINO_DEVICE_CA: ca,
      VECINO_DEVICE_CERT: clientCert,
      VECINO_DEVICE_KEY: clientKey,
    },
  };
}

/** Writes images and certificates into these folders, unless they are there. */
export async function writeLabMaterial(images: string, certificates: string): Promise<CertificateFiles> {
  // The first one too: it is what routers go back to.
  for (const version of [FIRST_VERSION, ...IMAGE_VERSIONS]) {
    if (!existsSync(join(images, version, 'manifest.json')))
      await writeImage(images, version, IMAGE_BYTES, 'vecino');
  }
  return writeCertificates(certificates);
}

/** Starts the simulated routers of the registry on a port that is free. */
export async function startLab(
  files: LabFiles,
  registry: Registry,
  routersAt: PlanRouters,
  around: Surroundings,
): Promise<Lab> {
  const configFile = join(files.dir, 'router-simulator.json');
  const callLog = join(around.stateDir, 'logs', 'router-calls.jsonl');
  const { certificates } = files;
  return racingForPorts(async () => {
    const devicePort = await freeDevicePort(routersAt(registry, DEVICE_PORT));
    const controlPort = await choosePort(CONTROL_PORT, new Set());
    const write = (routers: readonly RouterSettings[]) =>
      writeFile(configFile, JSON.stringify({ routers, certificates, callLog, controlPort }, null, 2));
    let routers = routersAt(registry, devicePort);
    await write(routers);
    const simulator = await startPlanned(planSimulator(configFile), around);
    const url = `http://${LOOPBACK}:${controlPort}`;
    return {
      simulator,
      env: { ...files.env, VECINO_DEVICE_PORT: String(devicePort), VECINO_SIMULATOR_URL: url },
      async follow(next) {
        const known = new Set(routers.map(({ routerId }) => routerId));
        for (const router of routersAt(next, devicePort)) {
          if (known.has(router.routerId)) continue;
          await addRouter(url, router);
          routers = [...routers, router];
          await write(routers);
        }
      },
    };
  });
}

async function addRouter(url: string, router: RouterSettings): Promise<void> {
  const answer = await fetch(`${url}/routers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(router),
    signal: AbortSignal.timeout(ADD_WITHIN_MS),
  });
  if (!answer.ok) throw new Error(`${router.routerId} is not simulated: ${await answer.text()}`);
}

/** Another clone's routers may have the same addresses: then both keep apart by their ports. */
async function freeDevicePort(routers: readonly RouterSettings[]): Promise<number> {
  const first = routers[0]?.address;
  if (first === undefined) return DEVICE_PORT;
  return choosePort(DEVICE_PORT, new Set(), (port) => isPortFree(port, first));
}
