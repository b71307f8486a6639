import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePort, LOOPBACK, preparePrometheus, racingForPorts, type Supervisor } from '@vecino/devstack';
import { waitFor } from '@vecino/testing';

/** Where metrics are fetched, and the labels that they get there. */
export interface ScrapeTarget {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A series at one moment. */
export interface InstantValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  /** Since when its condition holds. */
  readonly activeAt: string;
}

/** A running Prometheus that evaluates rules, asked over its HTTP API. */
export interface PrometheusServer {
  readonly url: string;
  query(expression: string): Promise<readonly InstantValue[]>;
  alerts(): Promise<readonly ActiveAlert[]>;
}

export interface PrometheusOptions {
  /** Ends it. */
  readonly supervisor: Supervisor;
  /** Of its own. */
  readonly folder: string;
  readonly targets: readonly ScrapeTarget[];
  readonly ruleFiles?: readonly string[];
  readonly scrapeSeconds?: number;
}

/** Starts a real Prometheus and returns when each target was fetched once. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const { supervisor, folder, targets, ruleFiles = [], scrapeSeconds = 2 } = options;
  const { prometheus } = await preparePrometheus();
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'prometheus.yaml');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: '1s' },
      rule_files: ruleFiles,
      scrape_configs: [
        {
          job_name: 'vecino',
          static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
        },
      ],
    }),
  );
  const url = await racingForPorts(async () => {
    const address = `${LOOPBACK}:${await choosePort(FIRST_PORT, new Set())}`;
    const prometheusProcess = await supervisor.run({
      name: 'prometheus',
      command: prometheus,
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      env: process.env,
      cwd: folder,
      logPath: join(folder, 'prometheus.log'),
      graceMs: 0,
    });
    await waitFor(
      async () => {
        if (prometheusProcess.exit !== undefined) throw prometheusProcess.died(prometheusProcess.exit);
        return (await fetch(`http://${address}/-/ready`)).ok;
      },
      { timeoutMs: 30_000, everyMs: 100, what: 'Prometheus' },
    );
    return `http://${address}`;
  });
  const server: PrometheusServer = { url, query: queryAt(url), alerts: alertsAt(url) };
  await waitFor(async () => (await server.query('up == 1')).length === targets.length, {
    timeoutMs: 60_000,
    everyMs: 250,
    what: `Prometheus with its ${targets.length} targets`,
  });
  return server;
}

const FIRST_PORT = 19_090;

async function ask<Data>(url: URL | string): Promise<Data> {
  const response = await fetch(url);
  const body = (await response.json()) as { status: string; error?: string; data: Data };
  if (body.status !== 'success') throw new Error(`Prometheus: ${body.error}`);
  return body.data;
}

const queryAt = (base: string) => async (expression: string) => {
  const url = new URL('/api/v1/query', base);
  url.searchParams.set('query', expression);
  const { result } = await ask<{
    result: { metric: Record<string, string>; value: [number, string] }[];
  }>(url);
  return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }));
};

const alertsAt = (base: string) => async () =>
  (await ask<{ alerts: ActiveAlert[] }>(new URL('/api/v1/alerts', base))).alerts;
