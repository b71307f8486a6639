import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleFiles } from '@vecino/alerts';
import { thisRepository } from '@vecino/cli';
import { topics } from '@vecino/contracts';
import { ownTaskQueueOf, parseRegistry, POOL_TASK_QUEUE, workerOf } from '@vecino/tenancy';
import { parse } from 'yaml';
import {
  type Container,
  judgeManifests,
  lintChart,
  type Manifest,
  named,
  ofKind,
  podsOf,
  renderChart,
} from './chart.js';
import { FULL, MINIMAL, TENANTS } from './chart-values.js';
import { parseEnvironments } from './parse-environments.js';

// Helm is built on the first run on a machine.
jest.setTimeout(900_000);

const { root, tenantsFile } = thisRepository();
const CHART = join(root, 'deploy', 'helm', 'vecino');

const CASES: readonly (readonly [string, object])[] = [
  ['the least values', MINIMAL],
  ['everything at once', FULL],
  ['the laboratory’s registry', { ...MINIMAL, registry: parse(readFileSync(tenantsFile, 'utf8')) as object }],
  [
    'nothing that is optional',
    {
      ...MINIMAL,
      networkPolicy: { enabled: false },
      podDisruptionBudget: { enabled: false },
      provision: { enabled: false },
    },
  ],
];

const rendered = new Map<string, Manifest[]>();
const manifestsOf = (title: string): Manifest[] => rendered.get(title) ?? [];
const folder = mkdtempSync(join(tmpdir(), 'vecino-secrets-'));

beforeAll(async () => {
  for (const [title, values] of CASES) rendered.set(title, await renderChart(CHART, values));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is a chart that Helm finds no fault with', async () => {
  expect(await lintChart(CHART, FULL)).toContain('0 chart(s) failed');
});

describe.each(CASES)('with %s', (title) => {
  it('is what Kubernetes, KEDA and the Prometheus Operator take', async () => {
    expect(manifestsOf(title).length).toBeGreaterThanOrEqual(6);
    expect(await judgeManifests(manifestsOf(title))).toEqual([]);
  });

  it('runs pods that the profile "restricted" lets in, and that write nowhere but to their mounts', () => {
    for (const { pod } of podsOf(manifestsOf(title))) {
      expect(pod.spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      });
      const [container] = pod.spec.containers;
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('mounts what it names, and names what it mounts', () => {
    for (const { pod } of podsOf(manifestsOf(title))) {
      const [container] = pod.spec.containers;
      expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(
        pod.spec.volumes.map(({ name }) => name).sort(),
      );
      const paths = container.env.flatMap(({ value }) => (value?.startsWith('/') ? [value] : []));
      const outside = paths.filter(
        (path) => !container.volumeMounts.some(({ mountPath }) => `${path}/`.startsWith(`${mountPath}/`)),
      );
      expect(outside).toEqual([]);
    }
  });

  it('probes what services serve, and waits longer than they take to end', () => {
    for (const { pod } of podsOf(ofKind(manifestsOf(title), 'Deployment'))) {
      const [{ livenessProbe, readinessProbe, env }] = pod.spec.containers;
      expect([livenessProbe?.httpGet.path, readinessProbe?.httpGet.path]).toEqual(['/livez', '/readyz']);
      const grace = env.find(({ name }) => name === 'VECINO_SHUTDOWN_GRACE')?.value ?? '20s';
      expect(pod.spec.terminationGracePeriodSeconds).toBe(Number.parseInt(grace, 10) + 10);
    }
  });

  it('lets every pod have a policy of its own, where there are any', () => {
    const policies = ofKind(manifestsOf(title), 'NetworkPolicy');
    if (policies.length === 0) return;
    for (const { pod } of podsOf(manifestsOf(title))) {
      const selecting = policies.filter(({ spec }) => {
        const { matchLabels } = spec?.['podSelector'] as { matchLabels: Record<string, string> };
        return Object.entries(matchLabels).every(([key, value]) => pod.metadata.labels[key] === value);
      });
      expect(selecting.map(({ spec }) => spec?.['policyTypes'])).toEqual([['Ingress', 'Egress']]);
    }
  });
});

/** The container's environment, with files and secrets standing for those of the cluster. */
function environmentOf({ env }: Container): Record<string, string> {
  const file = join(folder, 'secret.pem');
  writeFileSync(file, 'not looked at');
  return Object.fromEntries(
    env.map(({ name, value }) => [
      name,
      value === undefined ? 'secret' : value.startsWith('/etc/') ? file : value,
    ]),
  );
}

/** What the service of a pod says to its variables, and which of them make no difference to it. */
async function judgeVariables(name: string, container: Container) {
  const env = environmentOf(container);
  // A URL is what stands in the secret.
  if (env['REDIS_URL'] === 'secret') env['REDIS_URL'] = 'rediss://user:secret@redis:6380';
  const own = Object.keys(env).filter((variable) => !variable.startsWith('OTEL_'));
  const config = join(root, (container.args[0] ?? '').replace('main.js', 'config.js'));
  const [asGiven, ...changed] = await parseEnvironments(config, [
    env,
    ...own.map((variable) => ({ ...env, [variable]: `x${env[variable]}` })),
  ]);
  return {
    name,
    faults: asGiven?.faults ?? [],
    idle: own.filter((_, index) => JSON.stringify(changed[index]) === JSON.stringify(asGiven)),
    twice: container.env.length - new Set(container.env.map((one) => one.name)).size,
  };
}

it.each(['the least values', 'everything at once'])(
  'with %s, each variable counts, and none is missing',
  async (title) => {
    const pods = podsOf(ofKind(manifestsOf(title), 'Deployment'));
    const judged = await Promise.all(
      pods.map(({ name, pod }) => judgeVariables(name, pod.spec.containers[0])),
    );
    expect(judged).toEqual(pods.map(({ name }) => ({ name, faults: [], idle: [], twice: 0 })));
  },
);

const workersIn = (manifests: readonly Manifest[]): string[] =>
  ofKind(manifests, 'Deployment').flatMap(
    ({ metadata }) => /-worker-dedicated-(.+)$/.exec(metadata.name)?.[1] ?? [],
  );

describe('tenants', () => {
  it('have a worker of their own where the platform would want one', () => {
    const parsed = parseRegistry(JSON.stringify(FULL.registry), { source: 'values' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const wanted = parsed.registry.tenants
      .filter(({ route }) => workerOf({ route }) === 'dedicated')
      .map(({ id }) => id as string);
    expect(wanted).toEqual(['acme', 'globex', 'promoted']);
    expect(workersIn(manifestsOf('everything at once')).sort()).toEqual([...wanted, 'late'].sort());
    expect(workersIn(manifestsOf('the laboratory’s registry'))).toEqual(['mayorista']);
  });

  it('are imported as they stand in the values', () => {
    const { data } = named(manifestsOf('everything at once'), 'ConfigMap', 'vecino-provision');
    expect(parse(data?.['tenants.yaml'] ?? '')).toEqual(FULL.registry);
  });

  it('are reached by their own worker and by worker-shared, and by nobody else', () => {
    const reach = (policy: string) =>
      JSON.stringify(named(manifestsOf('everything at once'), 'NetworkPolicy', policy).spec).match(
        /[\da-f.:]+\/\d+/g,
      ) ?? [];
    expect(reach('vecino-worker-dedicated-globex')).toEqual(['10.4.0.0/16', '2001:db8:4::/48']);
    expect(reach('vecino-worker-shared')).toEqual([
      ...TENANTS.flatMap(({ networks }) => networks),
      '10.7.0.0/16',
      '10.8.0.0/16',
    ]);
    for (const other of ['ingest', 'status-projector', 'provision'])
      expect(reach(`vecino-${other}`)).toEqual([]);
  });
});

describe('autoscaling', () => {
  const triggerOf = (name: string) => {
    const { spec } = named(manifestsOf('everything at once'), 'ScaledObject', name);
    return (spec?.['triggers'] as { type: string; metadata: Record<string, string> }[])[0];
  };

  it('watches the group and topic of ingest', async () => {
    const { pod } =
      podsOf([named(manifestsOf('everything at once'), 'Deployment', 'vecino-ingest')])[0] ?? {};
    const env = { ...environmentOf(pod?.spec.containers[0] as Container), REDIS_URL: '' };
    const [parsed] = await parseEnvironments(join(root, 'services/ingest/dist/config.js'), [env]);
    const { config } = parsed as unknown as { config: { groupId: string } };
    expect(triggerOf('vecino-ingest')).toMatchObject({
      type: 'apache-kafka',
      metadata: { consumerGroup: config.groupId, topic: topics('prod.').requests },
    });
  });

  it.each([
    ['vecino-worker-shared', POOL_TASK_QUEUE, 'vecino'],
    ['vecino-worker-dedicated-acme', ownTaskQueueOf('acme'), 'vecino'],
    ['vecino-worker-dedicated-globex', ownTaskQueueOf('globex'), 'tenant-globex'],
  ])('of %s watches %s in %s', (name, taskQueue, namespace) => {
    expect(triggerOf(name)).toMatchObject({
      type: 'temporal',
      metadata: { taskQueue, namespace, endpoint: 'temporal:7233', enableTLS: 'true' },
    });
  });

  it('leaves the number of replicas to the scaler', () => {
    for (const { metadata, spec } of ofKind(manifestsOf('everything at once'), 'Deployment'))
      expect('replicas' in (spec ?? {})).toBe(metadata.name === 'vecino-status-projector');
  });
});

describe('alerts', () => {
  const rulesIn = (title: string) => ofKind(manifestsOf(title), 'PrometheusRule');

  it('are those of Prometheus’s own rule files, with runbooks where the values say', () => {
    const files = [...ruleFiles({ runbooks: 'https://wiki.example/vecino/runbooks' })];
    expect(rulesIn('everything at once').map(({ metadata, spec }) => [metadata.name, spec])).toEqual(
      files.map(([name, text]) => [`vecino-${name.replace('.yaml', '')}`, parse(text)]).sort(),
    );
  });

  it('are not there unless asked for', () => {
    expect(rulesIn('the least values')).toEqual([]);
  });

  it('find services by the label that a ServiceMonitor gives them', () => {
    const monitored = ofKind(manifestsOf('everything at once'), 'ServiceMonitor').map(
      ({ metadata }) => metadata.name,
    );
    const text = [...ruleFiles().values()].join('\n');
    const wanted = new Set([...text.matchAll(/service=~"([^"]+)"/g)].map(([, pattern]) => pattern ?? ''));
    expect(wanted.size).toBe(3);
    for (const pattern of wanted)
      expect(monitored.filter((name) => new RegExp(`^(?:${pattern})$`).test(name))).toHaveLength(1);
  });
});

describe('metrics', () => {
  it('can be fetched from whatever a ServiceMonitor has Prometheus ask', () => {
    const monitors = ofKind(manifestsOf('everything at once'), 'ServiceMonitor');
    expect(monitors.length).toBeGreaterThan(3);
    for (const { metadata } of monitors) {
      const { spec } = named(manifestsOf('everything at once'), 'NetworkPolicy', metadata.name);
      expect(spec?.['ingress']).toEqual([
        { from: FULL.networkPolicy.monitoring, ports: [{ port: 9464, protocol: 'TCP' }] },
      ]);
    }
  });

  it('keep their label `namespace`, which a ServiceMonitor’s targets have too', () => {
    for (const { spec } of ofKind(manifestsOf('everything at once'), 'ServiceMonitor'))
      expect(spec?.['endpoints']).toMatchObject([{ port: 'metrics', honorLabels: true }]);
  });

  it('can be fetched by everybody where there are no policies', async () => {
    const telemetry = { serviceMonitor: { enabled: true } };
    const values = { ...MINIMAL, telemetry, networkPolicy: { enabled: false } };
    const manifests = await renderChart(CHART, values);
    expect(ofKind(manifests, 'ServiceMonitor')).toHaveLength(3);
    expect(ofKind(manifests, 'NetworkPolicy')).toEqual([]);
  });
});

describe('values that cannot be meant are refused:', () => {
  it.each([
    ['a key that there is not', { ...MINIMAL, ingets: {} }, 'ingets'],
    [
      'a tier that there is not',
      { ...MINIMAL, registry: { tenants: [{ ...TENANTS[0], tier: 'gold' }] } },
      'tier',
    ],
    ['no Kafka', { ...MINIMAL, kafka: {} }, 'kafka.brokers'],
    ['no image store', { ...MINIMAL, images: {} }, 'images.claimName'],
    ['several ingests that share no limits', { ...MINIMAL, redis: {} }, 'ingest.replicas'],
    [
      'metrics that nobody is let in to fetch',
      { ...MINIMAL, telemetry: { serviceMonitor: { enabled: true } } },
      'networkPolicy.monitoring: ',
    ],
    [
      'a peer that is misspelt',
      { ...MINIMAL, networkPolicy: { monitoring: [{ namespaceselector: {} }] } },
      'namespaceselector',
    ],
  ])('%s', async (_, values, said) => {
    await expect(renderChart(CHART, values)).rejects.toThrow(said);
  });

  it('a release name that makes names too long', async () => {
    await expect(
      renderChart(
        CHART,
        { ...FULL, registry: { tenants: [{ ...TENANTS[2], id: 'a'.repeat(32) }] } },
        'a-long-release-name',
      ),
    ).rejects.toThrow('shorter release name');
  });
});

it('kubeconform sees a field that there is not', async () => {
  const [first, ...others] = manifestsOf('the least values');
  const slip = { ...(first as Manifest), spec: { ...first?.spec, replcas: 2 } };
  expect(await judgeManifests([slip, ...others])).toHaveLength(1);
});
