import { join } from 'node:path';
import { LOOPBACK, type Progress, type Service, startService, type Supervisor } from '@vecino/devstack';
import { type PlannedService } from './platform-plan.js';
import { type Repository } from './repository.js';

/** Where our programs run. */
export interface Surroundings {
  readonly repository: Repository;
  readonly stateDir: string;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly run: 'build' | 'sources';
  readonly env: NodeJS.ProcessEnv;
}

/** Starts one of our programs and waits until it is ready. */
export function startPlanned(service: PlannedService, around: Surroundings): Promise<Service> {
  const { root } = around.repository;
  const register = join(root, 'tools', 'devstack', 'register.cjs');
  const program =
    around.run === 'build'
      ? { entry: join(root, service.folder, 'dist', 'main.js') }
      : {
          entry: join(root, service.folder, 'src', 'main.ts'),
          nodeArgs: ['-C', '@vecino/source', '-r', register],
        };
  return around.progress.step(service.name, () =>
    startService({
      supervisor: around.supervisor,
      name: service.name,
      ...program,
      args: service.args,
      // Any free port: several of them run side by side. Who asks finds it in the `ready` line.
      env: { ...around.env, VECINO_HEALTH_ADDRESS: `${LOOPBACK}:0`, ...service.env },
      cwd: root,
      logPath: join(around.stateDir, 'logs', `${service.name}.log`),
    }),
  );
}

/** Waits for all before it fails, so that nothing starts behind the back of who cleans up. */
export async function allOrNone<T>(starting: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(starting);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
