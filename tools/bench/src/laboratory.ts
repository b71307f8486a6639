import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRequest, type NetworkDeploymentRequestInit, SINGLE_OBJECT, topics } from '@vecino/contracts';
import { type Progress, type Service, type Stack, startService, startStack } from '@vecino/devstack';
import { connectKafka, type KafkaClient, provisionTopics } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { bundleWorkflows } from '@vecino/temporal';
import { repositoryRoot } from './report.js';
import { openTemporal, type TemporalDesk } from './temporal-desk.js';
import { type Tenants, type TenantShape, tenantsYaml } from './tenant-plan.js';

/** Servers of a bench and the programs it runs against them. */
export interface Laboratory {
  readonly stack: Stack;
  readonly kafka: KafkaClient;
  readonly temporal: TemporalDesk;
  /** For files; removed with the laboratory. */
  readonly dir: string;
  writeTenants(prefix: string, count: number, shape: TenantShape): Promise<Tenants>;
  /** Bundles `workflows/<name>.ts` once. Returns the bundle's file. */
  bundle(name: string): Promise<string>;
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
  const bundles = new Map<string, Promise<string>>();
  const temporal = await openTemporal(stack.env['TEMPORAL_ADDRESS'] ?? '');
  return {
    stack,
    kafka,
    temporal,
    dir,
    async writeTenants(prefix, count, shape) {
      const ids = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
      const file = join(dir, `${prefix}.yaml`);
      await writeFile(file, tenantsYaml(ids, shape));
      return { ids, file };
    },
    bundle(name) {
      const made = bundles.get(name) ?? writeBundle(dir, name);
      bundles.set(name, made);
      return made;
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
      await temporal.close();
      await stack.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function writeBundle(dir: string, name: string): Promise<string> {
  const file = join(dir, `${name}.bundle.js`);
  const workflowsPath = join(repositoryRoot(), 'tools', 'bench', 'src', 'workflows', `${name}.ts`);
  const { code } = await bundleWorkflows({ tracing: false, workflowsPath });
  await writeFile(file, code);
  return file;
}

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

/** The n-th request: tenants take turns, and each request is for a router of its own. At most 256 tenants. */
export function requestRecord(
  tenantIds: readonly string[],
  n: number,
  more: Partial<NetworkDeploymentRequestInit> = {},
) {
  const tenant = n % tenantIds.length;
  const router = Math.floor(n / tenantIds.length);
  const request = {
    tenant_id: tenantIds[tenant] as string,
    router_id: `router-${router}`,
    router_ip: `10.${tenant}.${(router >> 8) & 255}.${router & 255}`,
    software_version: '2.0.0',
    ...more,
  };
  return { key: request.router_id, ...encodeRequest(request, SINGLE_OBJECT) };
}
