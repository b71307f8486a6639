import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRequest, SINGLE_OBJECT, topics } from '@vecino/contracts';
import { type Progress, type Service, type Stack, startService, startStack } from '@vecino/devstack';
import { connectKafka, type KafkaClient, provisionTopics } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { repositoryRoot } from './report.js';

/** Tenants of one measurement: their ids start with a prefix of their own, so that no gate is met twice. */
export interface Tenants {
  readonly ids: readonly string[];
  readonly file: string;
}

/** Servers of a bench and the programs it runs against them. */
export interface Laboratory {
  readonly stack: Stack;
  readonly kafka: KafkaClient;
  writeTenants(prefix: string, count: number, cap: number): Promise<Tenants>;
  provision(topicPrefix: string): Promise<void>;
  /** Starts `<folder>/dist/<main>`; it ends with the laboratory. */
  run(
    name: string,
    entry: string,
    env: Readonly<Record<string, string>>,
    args?: readonly string[],
  ): Promise<Service>;
  close(): Promise<void>;
}

export async function openLaboratory(progress: Progress): Promise<Laboratory> {
  const dir = await mkdtemp(join(tmpdir(), 'vecino-bench-'));
  const stack = await startStack({ stateDir: dir, ephemeral: true, parts: ['kafka', 'temporal'], progress });
  const brokers = (stack.env['KAFKA_BROKERS'] ?? '').split(',');
  const kafka = connectKafka({ brokers }, 'vecino-bench', silentLogger);
  return {
    stack,
    kafka,
    async writeTenants(prefix, count, cap) {
      const ids = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
      const file = join(dir, `${prefix}.yaml`);
      await writeFile(file, tenantsYaml(ids, cap));
      return { ids, file };
    },
    provision: (topicPrefix) => provisionTopics(kafka, topicPrefix).then(() => undefined),
    run: (name, entry, env, args = []) =>
      startService({
        supervisor: stack.supervisor,
        name,
        entry: join(repositoryRoot(), entry),
        args,
        env: { ...process.env, ...stack.env, VECINO_LOG_LEVEL: 'info', ...env },
        cwd: repositoryRoot(),
        logPath: join(dir, `${name}.log`),
      }),
    async close() {
      await stack.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const tenantsYaml = (ids: readonly string[], cap: number): string =>
  [
    'tenants:',
    ...ids.map((id, n) =>
      [
        `  - id: ${id}`,
        `    name: ${id}`,
        '    tier: premium',
        '    route: queue',
        `    networks: [10.${n}.0.0/16]`,
        `    limits: { intake_per_60_s: 1000000, max_concurrent_workflows_per_tenant: ${cap}, queue: 20000 }`,
      ].join('\n'),
    ),
    '',
  ].join('\n');

/** `count` requests, spread evenly over the tenants, each for a router of its own. */
export async function produceRequests(
  kafka: KafkaClient,
  topicPrefix: string,
  tenantIds: readonly string[],
  count: number,
): Promise<void> {
  const producer = kafka.kafka.producer();
  await producer.connect();
  const topic = topics(topicPrefix).requests;
  for (let from = 0; from < count; from += 2_000) {
    const messages = Array.from({ length: Math.min(2_000, count - from) }, (_, i) =>
      requestRecord(tenantIds, from + i),
    );
    await producer.send({ topic, messages, acks: -1 });
  }
  await producer.disconnect();
}

export function requestRecord(tenantIds: readonly string[], n: number) {
  const tenant = n % tenantIds.length;
  const router = Math.floor(n / tenantIds.length);
  const request = {
    tenant_id: tenantIds[tenant] as string,
    router_id: `router-${router}`,
    router_ip: `10.${tenant}.${(router >> 8) & 255}.${router & 255}`,
    software_version: '2.0.0',
  };
  return { key: request.router_id, ...encodeRequest(request, SINGLE_OBJECT) };
}
