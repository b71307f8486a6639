import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SimulatorConfig } from '@vecino/router-simulator';
import { type Registry } from '@vecino/tenancy';
import { CONTROL_PORT, DEVICE_PORT, writeLabMaterial } from './lab.js';
import { planRouters } from './platform-plan.js';

/** The parts of a simulator's configuration that a laboratory decides. */
type LabSimulator = Pick<SimulatorConfig, 'certificates' | 'controlPort'> & {
  readonly routers: ReturnType<typeof planRouters>;
};

/**
 * Writes what a simulator and workers in containers share: `images/`, `certificates/` and `router-simulator.json`, with ten
 * routers for each tenant of a laboratory. Images and certificates that are there stay.
 */
export async function writeLab(dir: string, { tenants }: Registry): Promise<void> {
  await mkdir(dir, { recursive: true });
  const certificates = join(dir, 'certificates');
  await writeLabMaterial(join(dir, 'images'), certificates);
  const simulator: LabSimulator = {
    routers: planRouters(tenants, DEVICE_PORT),
    certificates,
    controlPort: CONTROL_PORT,
  };
  await writeFile(join(dir, 'router-simulator.json'), JSON.stringify(simulator, null, 2));
}
