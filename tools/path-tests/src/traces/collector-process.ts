import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { choosePort, LOOPBACK, racingForPorts, Supervisor } from '@vecino/devstack';
import { startWhole, waitFor } from '@vecino/testing';

export interface CollectorOptions {
  /** A real OpenTelemetry collector with the components that `deploy/otel-collector/collector.yaml` names. */
  readonly program: string;
  /** Who gets the traces that it keeps, and who gets all, as OTLP over HTTP. */
  readonly kept: string;
  readonly all: string;
  /** Variables that the configuration reads. */
  readonly env: Readonly<Record<string, string>>;
}

export interface CollectorProcess {
  /** Where it takes OTLP over HTTP. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

const FIRST_PORT = 19_300;
const CONFIG = 'deploy/otel-collector/collector.yaml';

/** A collector with our configuration, of which nothing but addresses is another. */
export const startCollector = (options: CollectorOptions): Promise<CollectorProcess> =>
  startWhole(async (started, stop) => {
    const dir = await mkdtemp(join(tmpdir(), 'vecino-collector-'));
    started.push(() => rm(dir, { recursive: true, force: true }));
    const supervisor = new Supervisor();
    started.push(() => supervisor.close());
    const addresses = join(dir, 'addresses.json');
    const endpoint = await racingForPorts(async () => {
      const taken = new Set<number>();
      const next = async () => {
        const port = await choosePort(FIRST_PORT, taken);
        taken.add(port);
        return port;
      };
      const http = await next();
      const config = addressesOf(options, {
        http,
        grpc: await next(),
        own: await next(),
        metrics: await next(),
      });
      // JSON is YAML; the later file wins, key by key.
      await writeFile(addresses, JSON.stringify(config));
      const collector = await supervisor.run({
        name: 'OpenTelemetry collector',
        command: options.program,
        args: [`--config=${join(thisRepository().root, CONFIG)}`, `--config=${addresses}`],
        env: { ...process.env, ...options.env },
        cwd: dir,
        logPath: join(dir, 'collector.log'),
        graceMs: 5_000,
      });
      const base = `http://${LOOPBACK}:${http}`;
      await waitFor(
        async () => {
          if (collector.exit !== undefined) throw collector.died(collector.exit);
          return (await fetch(base)).status > 0;
        },
        { timeoutMs: 30_000, everyMs: 100, what: 'the collector' },
      );
      return base;
    });
    return { endpoint, stop };
  });

type Port = 'http' | 'grpc' | 'own' | 'metrics';

function addressesOf({ kept, all }: CollectorOptions, ports: Readonly<Record<Port, number>>): object {
  const at = (port: Port) => `${LOOPBACK}:${ports[port]}`;
  const to = (endpoint: string) => ({ endpoint, compression: 'none' });
  return {
    receivers: { otlp: { protocols: { grpc: { endpoint: at('grpc') }, http: { endpoint: at('http') } } } },
    exporters: {
      'otlphttp/kept': to(kept),
      'otlphttp/all': to(all),
      prometheus: { endpoint: at('metrics') },
    },
    service: {
      telemetry: {
        metrics: { readers: [{ pull: { exporter: { prometheus: { host: LOOPBACK, port: ports.own } } } }] },
      },
      pipelines: {
        traces: { exporters: ['otlphttp/kept'] },
        'traces/all': { receivers: ['otlp'], exporters: ['otlphttp/all'] },
      },
    },
  };
}
