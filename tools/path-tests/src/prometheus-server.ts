import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerSeries } from '@vecino/dashboards';
import { choosePort, LOOPBACK, preparePrometheus, racingForPorts, Supervisor } from '@vecino/devstack';
import { waitFor } from '@vecino/testing';

/** What is scraped, and the labels that it gets, as in deploy/prometheus/prometheus.yaml. */
export interface ScrapeTarget {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PrometheusOptions {
  readonly targets: readonly ScrapeTarget[];
  readonly ruleFiles?: readonly string[];
  readonly scrapeSeconds?: number;
}

export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** A real Prometheus of its own. Times are in seconds since the Unix epoch. */
export interface PrometheusServer {
  /** The answer at a moment: one value a series. @throws Error with what Prometheus says of the query. */
  at(expr: string, time: number): Promise<readonly AnswerSeries[]>;
  over(
    expr: string,
    span: { readonly from: number; readonly to: number; readonly step: number },
  ): Promise<readonly AnswerSeries[]>;
  /** What its rules see now. */
  alerts(): Promise<readonly ActiveAlert[]>;
  stop(): Promise<void>;
}

const PORT = 19_090;

/** Returns when each target has been scraped. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const { targets, ruleFiles = [], scrapeSeconds = 1 } = options;
  const { prometheus } = await preparePrometheus();
  const dir = await mkdtemp(join(tmpdir(), 'vecino-prometheus-'));
  const config = join(dir, 'prometheus.yaml');
  const scraped = targets.map(({ address, labels }) => ({ targets: [address], labels }));
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      global: {
        scrape_interval: `${scrapeSeconds}s`,
        scrape_timeout: `${scrapeSeconds}s`,
        evaluation_interval: '1s',
      },
      rule_files: ruleFiles,
      scrape_configs: [{ job_name: 'vecino', static_configs: scraped }],
    }),
  );
  const supervisor = new Supervisor();
  const stop = async () => {
    await supervisor.close();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const url = await racingForPorts(async () => {
      const port = await choosePort(PORT, new Set());
      const server = await supervisor.run({
        name: 'Prometheus',
        command: prometheus,
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(dir, 'data')}`,
          `--web.listen-address=${LOOPBACK}:${port}`,
        ],
        env: process.env,
        cwd: dir,
        logPath: join(dir, 'prometheus.log'),
        graceMs: 5_000,
      });
      const base = `http://${LOOPBACK}:${port}`;
      await waitFor(
        async () => {
          if (server.exit !== undefined) throw server.died(server.exit);
          return (await fetch(`${base}/-/ready`)).ok;
        },
        { timeoutMs: 30_000, everyMs: 100, what: 'Prometheus' },
      );
      return base;
    });
    const server: PrometheusServer = {
      at: (expr, time) => series(`${url}/api/v1/query`, { query: expr, time }),
      over: (expr, { from, to, step }) =>
        series(`${url}/api/v1/query_range`, { query: expr, start: from, end: to, step }),
      alerts: async () => (await ask<{ alerts: ActiveAlert[] }>(`${url}/api/v1/alerts`)).alerts,
      stop,
    };
    await waitFor(async () => (await server.at('up == 1', Date.now() / 1_000)).length === targets.length, {
      timeoutMs: 60_000,
      everyMs: 250,
      what: `Prometheus with its ${targets.length} targets`,
    });
    return server;
  } catch (error) {
    await stop();
    throw error;
  }
}

type Point = readonly [time: number, value: string];

async function series(url: string, form: Readonly<Record<string, string | number>>): Promise<AnswerSeries[]> {
  const body = new URLSearchParams(
    Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { resultType, result } = await ask<{
    readonly resultType: string;
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: Point;
      readonly values?: readonly Point[];
    }[];
  }>(url, { method: 'POST', body });
  if (!['vector', 'matrix'].includes(resultType))
    throw new Error(`a ${resultType}: ${String(form['query'])}`);
  return result.map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value === undefined ? [] : [value])).map(([, text]) => numberOf(text)),
  }));
}

async function ask<Data>(url: string, request: RequestInit = {}): Promise<Data> {
  const response = await fetch(url, request);
  const answer = (await response.json()) as { status: string; error?: string; data?: Data };
  const { status, error = '', data } = answer;
  if (status !== 'success' || data === undefined)
    throw new Error(`Prometheus: ${error}: ${String(request.body ?? url)}`);
  return data;
}

const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));
