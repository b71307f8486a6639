import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { type Readiness } from '@vecino/lifecycle';
import { connectKafka, createProducer, parseKafkaSettings } from '@vecino/messaging';
import { changeRegistry } from '@vecino/registry';
import { silentLogger } from '@vecino/telemetry';
import { createWakeSender } from '@vecino/wakes';

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'workers-'));
const tenants = join(folder, 'tenants.yaml');
const unique = Math.random().toString(36).slice(2, 8);
const topicPrefix = `workers-${unique}.`;
writeFileSync(
  tenants,
  `tenants:
  - { id: one-${unique}, tier: standard, networks: [10.1.0.0/24] }
  - { id: two-${unique}, tier: standard, networks: [10.2.0.0/24] }
  - { id: big-${unique}, tier: premium, networks: [10.3.0.0/24] }
  - { id: far-${unique}, tier: enterprise, networks: [10.4.0.0/24] }
`,
);
const { settings } = parseKafkaSettings(process.env);
if (settings === undefined) throw new Error('run with jest.itest.config.cjs');
const kafka = connectKafka(settings, 'workers-itest', silentLogger);
const producer = createProducer(kafka);
afterAll(() => producer.close());

interface WorkerProcess {
  /** Resolves with the first line whose message this is. */
  logged(msg: string): Promise<Record<string, unknown>>;
  readonly lines: readonly Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

const running = new Set<ChildProcess>();
afterEach(() => running.forEach((child) => child.kill('SIGKILL')));

function startWorker(service: string, env: Record<string, string>): WorkerProcess {
  const child = spawn(
    process.execPath,
    ['-C', '@vecino/source', '-r', './tools/devstack/register.cjs', `services/${service}/src/main.ts`],
    {
      cwd: root,
      env: {
        ...process.env,
        VECINO_TENANTS_FILE: tenants,
        VECINO_TOPIC_PREFIX: topicPrefix,
        VECINO_IMAGES_DIR: folder,
        VECINO_HEALTH_ADDRESS: '127.0.0.1:0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
    waiting.forEach((check) => check());
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, stderr });
    });
  });
  return {
    lines,
    ended,
    kill: (signal) => void child.kill(signal),
    logged: (msg) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = lines.find((line) => line['msg'] === msg);
          if (found) resolve(found);
        };
        waiting.add(check);
        void ended.then(({ code }) => reject(new Error(`the worker ended with ${code}: ${stderr}`)));
        check();
      }),
  };
}

/** How many processes poll a task queue for workflow tasks, as Temporal sees it. */
async function pollersOf(taskQueue: string): Promise<number> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  try {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: taskQueue },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    });
    return new Set(pollers?.map(({ identity }) => identity)).size;
  } finally {
    await connection.close();
  }
}

/** A poll reaches Temporal a moment after its worker is ready. The test's own limit ends the wait. */
async function untilPolledBy(count: number, taskQueue: string): Promise<void> {
  while ((await pollersOf(taskQueue)) !== count) await sleep(50);
}

test('worker-shared lists its tenants, serves who is awake, may run twice, and drains on SIGTERM with exit code 0', async () => {
  const workers = [startWorker('worker-shared', {}), startWorker('worker-shared', {})];
  await Promise.all(workers.map((worker) => worker.logged('ready')));

  const configured = workers[0]?.lines.filter(({ msg }) => msg === 'configured tenant');
  expect(configured).toMatchObject([
    { tenant_id: `one-${unique}`, task_queue: `tenant-one-${unique}-deployments` },
    { tenant_id: `two-${unique}`, task_queue: `tenant-two-${unique}-deployments` },
  ]);
  const sender = createWakeSender({ producer, topicPrefix });
  await sender.wake(`one-${unique}`);
  await sender.wake(`big-${unique}`);
  await untilPolledBy(2, `tenant-one-${unique}-deployments`);
  expect(await pollersOf(`tenant-two-${unique}-deployments`)).toBe(0);
  expect(await pollersOf(`tenant-big-${unique}-deployments`)).toBe(0);

  workers.forEach((worker) => worker.kill('SIGTERM'));
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
});

test('worker-dedicated serves its one tenant', async () => {
  const worker = startWorker('worker-dedicated', { VECINO_TENANT: `big-${unique}` });
  await worker.logged('ready');
  await untilPolledBy(1, `tenant-big-${unique}-deployments`);
  worker.kill('SIGINT');
  expect(await worker.ended).toEqual({ code: 0, stderr: '' });
});

test('worker-dedicated waits for a tenant that worker-shared serves, and takes it when it is moved', async () => {
  const worker = startWorker('worker-dedicated', { VECINO_TENANT: `two-${unique}` });
  await worker.logged(`worker-shared serves two-${unique} on its route: nothing to do until it is moved`);
  await worker.logged('ready');
  await changeRegistry(kafka, topicPrefix, () => ({
    kind: 'set',
    id: `two-${unique}`,
    keys: { route: 'dedicated' },
  }));
  await untilPolledBy(1, `tenant-two-${unique}-deployments`);
  worker.kill('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, stderr: '' });
});

/** What it answers at the address that it has logged. */
async function readiness(worker: WorkerProcess): Promise<Readiness & { readonly status: number }> {
  const { health_address: address } = await worker.logged('serves its health');
  const response = await fetch(`http://${address as string}/readyz`);
  return { ...((await response.json()) as Readiness), status: response.status };
}

test('worker-dedicated is ready where it is another worker that serves its tenant', async () => {
  const worker = startWorker('worker-dedicated', { VECINO_TENANT: `one-${unique}` });
  expect(await worker.logged('ready')).toMatchObject({ health_address: expect.any(String) });
  while ((await readiness(worker)).status !== 200) await sleep(50);
  worker.kill('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, stderr: '' });
});

test('worker-dedicated says that it cannot poll while the namespace of its tenant is missing, and ends all the same', async () => {
  const worker = startWorker('worker-dedicated', { VECINO_TENANT: `far-${unique}` });
  const workersOf = async () => (await readiness(worker)).checks.find(({ name }) => name === 'workers');
  while (!(await workersOf())?.why?.includes('namespace does not exist')) await sleep(50);
  expect(await readiness(worker)).toMatchObject({ status: 503, ready: false, phase: 'starting' });
  worker.kill('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, stderr: '' });
});

test('a second signal cuts a worker off', async () => {
  const worker = startWorker('worker-shared', { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  await worker.logged('serves its health');
  worker.kill('SIGTERM');
  worker.kill('SIGINT');
  expect(await worker.ended).toEqual({ code: 4, stderr: '' });
});

test('a wrong configuration ends a worker with exit code 2 and all faults', async () => {
  const worker = startWorker('worker-shared', { VECINO_LOG_LEVEL: 'loud', VECINO_DEVICE_PORT: '0' });
  expect(await worker.logged('the configuration is at fault: nothing is started')).toMatchObject({
    level: 'error',
    faults: [expect.stringMatching(/^VECINO_LOG_LEVEL: /), expect.stringMatching(/^VECINO_DEVICE_PORT: /)],
  });
  expect(await worker.ended).toEqual({ code: 2, stderr: '' });
});

test('a file of tenants that is at fault ends a worker with exit code 2', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'tenants:\n  - { id: A, tier: gold, networks: [10.1.0.0/24] }\n');
  const worker = startWorker('worker-shared', { VECINO_TENANTS_FILE: file });
  expect(await worker.logged('cannot start')).toMatchObject({
    level: 'error',
    err: { message: expect.stringMatching(/wrong\.yaml:2: .*\bid\b[^]*:2: .*\btier\b/) },
  });
  expect(await worker.ended).toEqual({ code: 2, stderr: '' });
});

test('a worker that still waits for Temporal or Kafka says so, and stops at once when told', async () => {
  const withoutTemporal = startWorker('worker-shared', { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const withoutKafka = startWorker('worker-shared', { KAFKA_BROKERS: '127.0.0.1:1' });
  await withoutTemporal.logged(
    'cannot connect to Temporal at 127.0.0.1:1, namespace default: Temporal does not answer; waiting for it',
  );
  await withoutKafka.logged('the registry is not available: waiting');
  for (const worker of [withoutTemporal, withoutKafka]) {
    worker.kill('SIGTERM');
    expect(await worker.ended).toEqual({ code: 0, stderr: '' });
  }
});
