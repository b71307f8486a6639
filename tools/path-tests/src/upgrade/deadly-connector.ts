import type { DeviceConnector } from '@vecino/activities';
import type { DeviceConnection, InstallOptions } from '@vecino/gnoi';

/** Told of each device call of a router, right before it is made and right after its result is there. */
export interface CallWatcher {
  before(routerId: string, call: string): void;
  after(routerId: string, call: string): void;
  /** It has ended, well or not. */
  over(routerId: string, call: string): void;
  sent(routerId: string, bytes: number): void;
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Connects as `connect` does and lets `watcher` see every call. */
export const watchedConnector =
  (connect: DeviceConnector, watcher: CallWatcher): DeviceConnector =>
  (router, ...more) => {
    const device = connect(router, ...more);
    const { serverName: routerId } = router;
    const watched = <G extends object>(group: G): G =>
      new Proxy(group, {
        get: (target, name: string) => {
          const method = (target as Record<string, Method>)[name];
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]) => {
            watcher.before(routerId, name);
            const given = name === 'install' ? [observed(args[0] as InstallOptions, routerId)] : args;
            try {
              const result = await method.apply(target, given);
              watcher.after(routerId, name);
              return result;
            } finally {
              watcher.over(routerId, name);
            }
          };
        },
      });
    const observed = (options: InstallOptions, id: string): InstallOptions => ({
      ...options,
      onProgress: (progress) => {
        watcher.sent(id, progress.sent);
        options.onProgress?.(progress);
      },
    });
    const connection: DeviceConnection = {
      ...device,
      os: watched(device.os),
      system: watched(device.system),
      gnmi: watched(device.gnmi),
      close: () => device.close(),
    };
    return connection;
  };
