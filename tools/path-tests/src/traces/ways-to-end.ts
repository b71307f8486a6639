import { type FaultSettings } from '@vecino/router-simulator';
import { misbehave } from '../ask-simulator.js';
import { type Asked, type TracedPlatform } from './traced-platform.js';

/** How a deployment may end other than well. */
export type WayToEnd =
  | 'a lost worker'
  | 'a cancel'
  | 'a termination'
  | 'a fault of the device'
  | 'a refusal by ingest'
  | 'a refusal by the first step';

const SLOW_DISK: FaultSettings = { kind: 'slow-disk', msPerMiB: 600_000 };
const REFUSING: FaultSettings = { kind: 'install-error', type: 'INCOMPATIBLE' };

/** Asks for a deployment for each way, and resolves when each has ended in it. */
export async function endInEveryWay(traced: TracedPlatform): Promise<Readonly<Record<WayToEnd, Asked>>> {
  const { path, plan, ask, deploymentOf, reached, ended } = traced;
  const lost = plan('chogar', 1);
  const cancelled = plan('mayorista', 3);
  const terminated = plan('mayorista', 4);
  const broken = plan('mayorista', 5);
  for (const { routerId } of [lost, cancelled, terminated]) await misbehave(path, routerId, SLOW_DISK);
  await misbehave(path, broken.routerId, REFUSING);
  const asked = {
    'a lost worker': await ask(lost),
    'a cancel': await ask(cancelled),
    'a termination': await ask(terminated),
    'a fault of the device': await ask(broken),
    'a refusal by ingest': await ask(plan('mayorista', 6, { routerIp: '10.99.0.1' })),
    'a refusal by the first step': await ask(plan('mayorista', 7, { softwareVersion: '9.9.9' })),
  };
  await reached(asked['a cancel'], 'STAGING');
  await deploymentOf(asked['a cancel']).cancel();
  await reached(asked['a termination'], 'STAGING');
  await deploymentOf(asked['a termination']).terminate('a test');
  await loseWorker(traced, asked['a lost worker']);
  await Promise.all(Object.values(asked).map((one) => ended(one, 120_000)));
  return asked;
}

/** It dies amid the install; when its heartbeat is missed the step begins anew, and then the router refuses. */
async function loseWorker({ path, reached }: TracedPlatform, asked: Asked): Promise<void> {
  await reached(asked, 'STAGING');
  const worker = path.platform.service('worker-shared');
  await worker.kill();
  await misbehave(path, asked.request.routerId, REFUSING);
  await worker.restart();
}
