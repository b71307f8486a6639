import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { choosePort, LOOPBACK, type Stack, startStack, Supervisor } from '@vecino/devstack';
import { type ComposeFile, type ComposeService, mountsOf, readComposeFile } from './compose-file.js';
import { type ImageLayout, performDockerfile } from './perform-dockerfile.js';
import { type ContainerPlan, type Substitutions } from './run-as-container.js';

/** Our services as docker-compose.yml has them, on this machine: the image as a folder, real servers, addresses substituted. */
export interface ContainerLaboratory {
  readonly file: ComposeFile;
  readonly image: ImageLayout;
  readonly supervisor: Supervisor;
  plan(name: string): ContainerPlan;
  /** How many times spans came by OTLP. */
  spansReceived(): number;
  close(): Promise<void>;
}

/** Networks of deploy/tenants.yaml begin so; other tests on this machine simulate routers there. */
const NETWORKS = '127.20.';

export async function openLaboratory(): Promise<ContainerLaboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'vecino-image-'));
  const closing = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    return await openIn(folder, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function openIn(
  folder: string,
  closing: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<ContainerLaboratory> {
  const { root, stateDir } = thisRepository();
  // The image's user has to get in.
  await chmod(folder, 0o755);
  const file = readComposeFile(root);
  const image = await performDockerfile({
    root,
    dockerfile: await readFile(join(root, 'Dockerfile'), 'utf8'),
    workFolder: join(stateDir, 'test', 'image'),
    imageFolder: join(folder, 'image'),
  });
  const collector = await collectSpans();
  closing.push(collector.close);
  const stack = await startStack({
    stateDir: join(folder, 'servers'),
    ephemeral: true,
    env: { ...process.env, KAFKA_BROKERS: '', TEMPORAL_ADDRESS: '', REDIS_URL: '' },
  });
  closing.push(() => stack.stop());
  const supervisor = new Supervisor();
  closing.push(() => supervisor.close());
  const substitutions = await substitutionsFor(file, {
    stack,
    image,
    folder,
    root,
    collector: collector.port,
  });
  return {
    file,
    image,
    supervisor,
    spansReceived: collector.received,
    plan: (name) => {
      const service = file.services[name];
      if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
      return {
        name,
        service,
        image,
        substitutions: substitutions.get(name) ?? new Map<string, string>(),
        tmp: join(folder, 'tmp'),
        logPath: join(folder, `${name}.log`),
      };
    },
    close,
  };
}

interface Surroundings {
  readonly stack: Stack;
  readonly image: ImageLayout;
  readonly folder: string;
  readonly root: string;
  readonly collector: number;
}

/** By service: what the compose file's addresses, ports and mounts are here. Everything else stays as it is. */
async function substitutionsFor(
  file: ComposeFile,
  { stack, image, folder, root, collector }: Surroundings,
): Promise<ReadonlyMap<string, Substitutions>> {
  const { uid, gid } = image.user;
  const writable = async (path: string) => {
    await mkdir(path, { recursive: true });
    if (process.getuid?.() === 0) await chown(path, uid, gid);
    return path;
  };
  await writable(join(folder, 'tmp'));
  // Other networks than those in which other tests may simulate routers at the same time.
  const second = 100 + Math.floor(Math.random() * 100);
  const tenants = join(folder, 'tenants.yaml');
  const registry = await readFile(join(root, 'deploy', 'tenants.yaml'), 'utf8');
  await writeFile(tenants, registry.replaceAll(NETWORKS, `127.${second}.`));
  const volumes = new Map<string, string>();
  for (const name of Object.keys(file.volumes))
    volumes.set(name, await writable(join(folder, 'volumes', name)));

  const taken = new Set<number>();
  const control = await choosePort(19_340 + second, taken);
  const found = new Map<string, Substitutions>();
  for (const [name, service] of Object.entries(file.services)) {
    const listening = await Promise.all(
      listeningAt(service).map(async (port) => [port, await choosePort(18_080 + second, taken)] as const),
    );
    const mounts = mountsOf(service).map(({ source, target }): [string, string] => [
      target,
      source === './deploy/tenants.yaml' ? tenants : (volumes.get(source) ?? join(root, source)),
    ]);
    found.set(
      name,
      new Map([
        ['kafka:19092', stack.env['KAFKA_BROKERS'] ?? ''],
        ['temporal:7233', stack.env['TEMPORAL_ADDRESS'] ?? ''],
        ['redis://redis:6379', stack.env['REDIS_URL'] ?? ''],
        ['otel-collector:4318', `${LOOPBACK}:${collector}`],
        ...listening.flatMap(([port, here]): [string, string][] => [
          [`0.0.0.0:${port}`, `${LOOPBACK}:${here}`],
          [`${LOOPBACK}:${port}`, `${LOOPBACK}:${here}`],
        ]),
        ['127.0.0.1:9340', `${LOOPBACK}:${control}`],
        ...mounts,
      ]),
    );
  }
  return found;
}

/** The ports at which a service is told to listen. */
const listeningAt = ({ environment = {} }: ComposeService): string[] =>
  Object.values(environment).flatMap((value) => /^0\.0\.0\.0:(\d+)$/.exec(String(value))?.[1] ?? []);

interface Collector {
  readonly port: number;
  received(): number;
  close(): Promise<void>;
}

/** Accepts what comes by OTLP over HTTP, and counts. */
async function collectSpans(): Promise<Collector> {
  let received = 0;
  const server = createServer((request, response) => {
    if (request.url === '/v1/traces') received += 1;
    request.resume().once('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
