import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { DYNAMIC_CONFIG, kafkaProperties } from '@vecino/devstack';
import { parse } from 'yaml';
import { type ComposeService, mountsOf, networkOwner, ownServices, readComposeFile } from './compose-file.js';
import { IMAGE_FACTS, imageName } from './image-facts.js';

const { root } = thisRepository();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const file = readComposeFile(root);
const others = Object.entries(file.services).filter(([, { build }]) => build === undefined);
const own = ownServices(file);
const factsOf = ({ image }: ComposeService) => {
  const facts = IMAGE_FACTS[imageName(image)];
  if (facts === undefined) throw new Error(`nothing is known of ${image}`);
  return facts;
};
const variablesOf = ({ environment = {} }: ComposeService): string[] => Object.keys(environment);

describe('docker-compose.yml', () => {
  it.each(others)('%s runs an image pinned to one version', (_, { image }) =>
    expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/),
  );

  it('is reachable from this machine only', () => {
    const open = Object.values(file.services).flatMap(({ ports = [] }) => ports);
    expect(open.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(open.length).toBeGreaterThan(0);
  });
});

describe.each(others)('%s', (_, service) => {
  it('gets no variable that its image does not read', () => {
    const { variables } = factsOf(service);
    const reads = (name: string) =>
      variables.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
    expect(variablesOf(service).filter((name) => !reads(name))).toEqual([]);
  });

  it('publishes ports at which somebody listens', () => {
    const { ports: listening } = factsOf(service);
    const published = (service.ports ?? []).map((port) => Number(port.split(':').at(-1)));
    expect(published.filter((port) => !listening.includes(port))).toEqual([]);
  });

  it('has its mounts where its image looks', () => {
    const { folders } = factsOf(service);
    const elsewhere = mountsOf(service).filter(
      ({ target }) => !folders.some((folder) => target === folder || target.startsWith(`${folder}/`)),
    );
    expect(elsewhere).toEqual([]);
  });

  it('is asked for its health by a program that its image has, at a port where somebody listens', () => {
    const { probes, ports: listening } = factsOf(service);
    const [kind, program, ...rest] = service.healthcheck?.test ?? [];
    if (kind === undefined) return;
    expect(kind).toBe('CMD');
    expect(probes).toContain(program);
    const asked = [...rest.join(' ').matchAll(/(?:localhost|127\.0\.0\.1)[: ](\d+)/g)];
    expect(asked.filter(([, port]) => !listening.includes(Number(port)))).toEqual([]);
  });
});

describe.each(Object.entries(file.services))('%s', (name, service) => {
  it('is asked for its health, unless it ends by itself or its image has nothing to ask with', () => {
    const stays = service.restart === 'unless-stopped';
    const canBeAsked = service.build !== undefined || factsOf(service).probes.length > 0;
    expect(service.healthcheck !== undefined).toBe(stays && canBeAsked);
  });

  it('mounts what is there', () => {
    const missing = mountsOf(service).filter(({ source }) =>
      source.startsWith('./') ? !existsSync(join(root, source)) : !(source in file.volumes),
    );
    expect(missing).toEqual([]);
  });

  it('is in a network that is there', () => {
    expect(Object.keys(file.services)).toContain(networkOwner(file, name));
    // Ports are published by who has the network.
    if (service.network_mode !== undefined) expect(service.ports).toBeUndefined();
  });

  it('waits only for what can come', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const awaited = file.services[other];
      expect(awaited).toBeDefined();
      if (condition === 'service_healthy') expect(awaited?.healthcheck).toBeDefined();
      // What is started without a profile must not wait for what is not.
      if (awaited?.profiles !== undefined) expect(service.profiles).toEqual(awaited.profiles);
    }
  });

  it('names addresses at which somebody listens', () => {
    const texts = Object.entries(service.environment ?? {})
      .filter(([variable]) => !/LISTENER|HEALTH|METRICS/.test(variable))
      .map(([, value]) => String(value));
    for (const [, host = '', port] of texts.flatMap((text) => [
      ...text.matchAll(/(?:^|[/@,])([a-z][a-z-]*):(\d+)/g),
    ])) {
      if (host === 'localhost') continue;
      const target = file.services[host];
      if (target === undefined)
        throw new Error(`${name} names ${host}:${port}, and there is no such service`);
      expect(factsOf(target).ports).toContain(Number(port));
    }
  });
});

describe.each(own)('%s, of our own image', (name, service) => {
  it('may write nowhere but to its mounts and /tmp, and do nothing that needs a privilege', () => {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  it('runs a program that the image has', () => {
    const [program = ''] = service.command ?? [];
    expect(program).toMatch(/^(services|tools)\/[a-z-]+\/dist\/main\.js$/);
    expect(existsSync(join(root, program.replace('/dist/main.js', '/src/main.ts')))).toBe(true);
    expect(read('Dockerfile')).toContain(`--workspace=${program.replace('/dist/main.js', '')}`);
  });

  it('is asked for its health where it serves it, in a network that has no other there', () => {
    const address = service.environment?.['VECINO_HEALTH_ADDRESS'];
    if (address === undefined) return;
    const port = String(address).split(':').at(-1);
    expect(service.healthcheck?.test.join(' ')).toBe(
      `CMD node deploy/docker/probe.cjs http://127.0.0.1:${port}/readyz`,
    );
    const neighbours = own.filter(
      ([other, { environment }]) =>
        networkOwner(file, other) === networkOwner(file, name) &&
        environment?.['VECINO_HEALTH_ADDRESS'] === address,
    );
    expect(neighbours).toHaveLength(1);
  });

  it('finds the files that its variables name in a mount', () => {
    const mounts = mountsOf(service).map(({ target }) => target);
    const paths = Object.values(service.environment ?? {}).filter((value) => String(value).startsWith('/'));
    const outside = paths.filter(
      (path) => !mounts.some((mount) => path === mount || String(path).startsWith(`${mount}/`)),
    );
    expect(outside).toEqual([]);
  });

  it('mounts volumes where the image has made room for it', () => {
    const dockerfile = read('Dockerfile');
    for (const { source, target } of mountsOf(service))
      if (source in file.volumes) expect(dockerfile).toMatch(new RegExp(`install -d .*${target}\\b`));
  });
});

it('starts a worker for each tenant of the registry that needs one', () => {
  const { tenants } = parse(read('deploy/tenants.yaml')) as { tenants: { id: string; tier: string }[] };
  const needing = tenants
    .filter(({ tier }) => tier === 'premium' || tier === 'enterprise')
    .map(({ id }) => id);
  const served = own.flatMap(([, { environment }]) => environment?.['VECINO_TENANT'] ?? []);
  expect(served).toEqual(needing);
});

it('gives Kafka no property that the broker of the development stack does not run with', () => {
  const place = { dir: '/k', logPath: '/l', brokerPort: 1, controllerPort: 2, ephemeral: true };
  const known = kafkaProperties(place)
    .split('\n')
    .map((line) => line.split('=')[0] ?? '');
  const given = variablesOf(file.services['kafka'] as ComposeService)
    .filter((name) => name.startsWith('KAFKA_'))
    .map((name) => name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.'));
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
});

it('configures Temporal as the development stack does', () => {
  const configured = parse(read('deploy/temporal/dynamicconfig.yaml')) as Record<
    string,
    { value: unknown }[]
  >;
  const values = Object.entries(configured).map(([key, constrained]) => [key, constrained[0]?.value]);
  expect(Object.fromEntries(values)).toEqual(DYNAMIC_CONFIG);
});

describe('Prometheus', () => {
  const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yaml')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  const targets = jobs.flatMap(({ static_configs }) => static_configs.flatMap((one) => one.targets));

  it('asks every service of ours, and nobody who is not there', () => {
    const serving = own.flatMap(([name, { environment }]) => {
      const port = String(environment?.['VECINO_METRICS_ADDRESS'] ?? '').split(':')[1];
      return port === undefined ? [] : [`${networkOwner(file, name)}:${port}`];
    });
    const ofJob = jobs.find(({ job_name }) => job_name === 'vecino')?.static_configs ?? [];
    expect(ofJob.flatMap((one) => one.targets).sort()).toEqual(serving.sort());
  });

  it('asks others where they listen', () => {
    for (const target of targets) {
      const [host = '', port] = target.split(':');
      const service = file.services[host === 'localhost' ? 'prometheus' : host];
      expect(service).toBeDefined();
      if (service !== undefined && service.build === undefined)
        expect(factsOf(service).ports).toContain(Number(port));
    }
  });
});

it('gives Grafana sources that are there', () => {
  const { datasources } = parse(read('deploy/grafana/provisioning/datasources/datasources.yaml')) as {
    datasources: { url: string }[];
  };
  for (const { url } of datasources) {
    const { hostname, port } = new URL(url);
    expect(factsOf(file.services[hostname] as ComposeService).ports).toContain(Number(port));
  }
  expect(datasources).toHaveLength(2);
});

it('lets the collector listen and send where somebody is', () => {
  const text = read('deploy/otel-collector/collector.yaml');
  const listening = [...text.matchAll(/0\.0\.0\.0(?::|, port: )(\d+)/g)].map(([, port]) => Number(port));
  expect(listening.sort()).toEqual(factsOf(file.services['otel-collector'] as ComposeService).ports);
  const [, host = '', port] = /otlp\/jaeger: \{ endpoint: ([a-z]+):(\d+)/.exec(text) ?? [];
  expect(factsOf(file.services[host] as ComposeService).ports).toContain(Number(port));
});
