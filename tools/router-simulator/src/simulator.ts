import { setImmediate } from 'node:timers/promises';
import { ServerCredentials } from '@grpc/grpc-js';
import { invariant } from '@vecino/foundation';
import { CallLog, type CallRecord, type LogRecord } from './call-log.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { startControl, type Control } from './control.js';
import { routerConfigSchema, type RouterConfig, type RouterSettings } from './router-config.js';
import { Router } from './router.js';

export interface SimulatorOptions {
  readonly routers: readonly RouterSettings[];
  /** Issues the routers' certificates and is believed about clients; without it the routers speak plain text. */
  readonly authority?: CertificateAuthority;
  /** File for the call log; it is appended to. */
  readonly callLog?: string;
  /** Port of the HTTP control on 127.0.0.1; 0 takes any. */
  readonly control?: number;
  readonly seed?: string;
}

export interface Simulator {
  readonly routers: readonly Router[];
  /** Throws for an id that is not simulated. */
  router(routerId: string): Router;
  calls(routerId?: string): readonly CallRecord[];
  records(): readonly LogRecord[];
  readonly controlPort: number | undefined;
  stop(): Promise<void>;
}

/** Starts all routers; rejects, with nothing left listening, when one cannot listen. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const log = new CallLog(options.callLog);
  const byId = new Map<string, Router>();
  let control: Control | undefined;
  const stop = async (): Promise<void> => {
    await control?.stop();
    for (const router of byId.values()) router.stop();
    // The calls that were cut off are logged when their streams close.
    await setImmediate();
    log.close();
  };
  const prepare = async (config: RouterConfig): Promise<Router> => {
    const credentials = await credentialsOf(config, options.authority);
    invariant(!byId.has(config.routerId), `router ids are unique: ${config.routerId}`);
    const router = new Router(config, credentials, log, options.seed ?? 'vecino');
    byId.set(config.routerId, router);
    return router;
  };
  const add = async (config: RouterConfig): Promise<Router> => {
    const router = await prepare(config);
    try {
      await router.listen();
      return router;
    } catch (error) {
      byId.delete(config.routerId);
      router.stop();
      throw error;
    }
  };
  try {
    for (const settings of options.routers) await prepare(routerConfigSchema.parse(settings));
    await Promise.all([...byId.values()].map((router) => router.listen()));
    if (options.control !== undefined) control = await startControl(byId, add, log, options.control);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get routers() {
      return [...byId.values()];
    },
    router: (routerId) => {
      const router = byId.get(routerId);
      invariant(router, `router ${routerId} is simulated`);
      return router;
    },
    calls: (routerId) => log.calls(routerId),
    records: () => log.records(),
    controlPort: control?.port,
    stop,
  };
}

async function credentialsOf(
  config: RouterConfig,
  authority: CertificateAuthority | undefined,
): Promise<ServerCredentials> {
  if (authority === undefined) return ServerCredentials.createInsecure();
  const { certificate, key } = await authority.issueServer(config.routerId, config.address);
  return ServerCredentials.createSsl(
    Buffer.from(authority.identity.certificate),
    [{ cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) }],
    true,
  );
}
