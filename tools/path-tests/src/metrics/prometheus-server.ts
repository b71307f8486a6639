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

/** A real Prometheus of its own. Times are in seconds since the Unix epoch. */
export interface PrometheusServer {
  /** The answer at a moment: one value a series. @throws Error with what Prometheus says of the query. */
  at(expr: string, time: number): Promise<readonly AnswerSeries[]>;
  over(
    expr: string,
    span: { readonly from: number; readonly to: number; readonly step: number },
  ): Promise<readonly AnswerSeries[]>;
  stop(): Promise<void>;
}

const PORT = 19_090;

export async function startPrometheus(targets: readonly ScrapeTarget[]): Promise<PrometheusServer> {
  const { prometheus } = await preparePrometheus();
  const dir = await mkdtemp(join(tmpdir(), 'vecino-prometheus-'));
  const config = join(dir, 'prometheus.yaml');
  const scraped = targets.map(({ address, labels }) => ({ targets: [address], labels }));
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
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
    return {
      at: (expr, time) => ask(`${url}/api/v1/query`, { query: expr, time }),
      over: (expr, { from, to, step }) =>
        ask(`${url}/api/v1/query_range`, { query: expr, start: from, end: to, step }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Point = readonly [time: number, value: string];
interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: Point;
      readonly values?: readonly Point[];
    }[];
  };
}

async function ask(url: string, form: Readonly<Record<string, string | number>>): Promise<AnswerSeries[]> {
  const body = new URLSearchParams(
    Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await fetch(url, { method: 'POST', body });
  const { status, error = '', data } = (await response.json()) as Answer;
  if (status !== 'success' || data === undefined) throw new Error(`${error}: ${String(form['query'])}`);
  if (!['vector', 'matrix'].includes(data.resultType))
    throw new Error(`a ${data.resultType}: ${String(form['query'])}`);
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value === undefined ? [] : [value])).map(([, text]) => numberOf(text)),
  }));
}

const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));
