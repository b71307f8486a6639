import { type FaultSettings, type RouterSnapshot } from '@vecino/router-simulator';
import { type Ground } from './ground.js';

/** The hands of whoever stands before the simulated routers. */
export interface RouterControl {
  router(routerId: string): Promise<RouterSnapshot>;
  routers(): Promise<RouterSnapshot[]>;
  addFault(routerId: string, fault: FaultSettings): Promise<void>;
  clearFaults(routerId: string): Promise<void>;
  power(routerId: string, to: 'on' | 'off'): Promise<void>;
}

export function controlOf({ platform }: Pick<Ground, 'platform'>): RouterControl {
  const url = platform.path.platform.env['VECINO_SIMULATOR_URL'] ?? '';
  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  return {
    router: (routerId) => ask('GET', `/routers/${routerId}`),
    routers: () => ask('GET', '/routers'),
    addFault: (routerId, fault) => ask('POST', `/routers/${routerId}/faults`, fault),
    clearFaults: (routerId) => ask('DELETE', `/routers/${routerId}/faults`),
    power: (routerId, to) => ask('POST', `/routers/${routerId}/power-${to}`),
  };
}
