import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { type Manifest, named, ofKind, podsOf, renderChart } from './chart.js';
import { FULL, MINIMAL } from './chart-values.js';

// Helm is built on the first run on a machine.
jest.setTimeout(900_000);

const CHART = join(thisRepository().root, 'deploy', 'helm', 'vecino');

const annotationOf = ({ metadata }: Manifest, name: string): string | undefined =>
  metadata.annotations?.[`helm.sh/${name}`];

describe('what the job that provisions needs', () => {
  let manifests: Manifest[];
  let hooks: Manifest[];

  beforeAll(async () => {
    manifests = await renderChart(CHART, FULL);
    hooks = manifests.filter((manifest) => annotationOf(manifest, 'hook') !== undefined);
  });

  it('is there before it, though nothing of the release is', () => {
    const weights = hooks.map((hook) => [hook.kind, Number(annotationOf(hook, 'hook-weight'))]);
    expect(Object.fromEntries(weights)).toEqual({ ConfigMap: -1, NetworkPolicy: -1, Job: 0 });
    for (const hook of hooks) expect(annotationOf(hook, 'hook')).toBe('pre-install,pre-upgrade');
  });

  it('goes when it is done with, since Helm takes no hook away with its release', () => {
    for (const hook of hooks)
      expect(annotationOf(hook, 'hook-delete-policy')).toBe('before-hook-creation,hook-succeeded');
  });

  it('is its own: the policy selects its pod, and no other has its name', () => {
    const { spec } = named(hooks, 'NetworkPolicy', 'vecino-provision');
    const [job] = podsOf(ofKind(hooks, 'Job'));
    expect(job?.pod.metadata.labels).toMatchObject(
      (spec?.['podSelector'] as { matchLabels: Record<string, string> }).matchLabels,
    );
    const names = ofKind(manifests, 'NetworkPolicy').map(({ metadata }) => metadata.name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('a rollout', () => {
  const imagesOf = async (values: object): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(
      podsOf(await renderChart(CHART, { ...MINIMAL, ...values })).map(({ name, pod }) => [
        name,
        pod.spec.containers[0].image,
      ]),
    );
  const runs = { image: { tag: '1' } };
  const projector = { statusProjector: { tag: '2' } };
  const workers = { workerShared: { tag: '2' }, workerDedicated: { tag: '2' } };

  it.each([
    ['before it', runs, '1', '1'],
    ['with the projector', { ...runs, ...projector }, '2', '1'],
    ['with the workers', { ...runs, ...projector, ...workers }, '2', '1'],
    ['with ingest', { ...runs, ...projector, ...workers, ingest: { tag: '2' } }, '2', '2'],
    ['at its end', { image: { tag: '2' } }, '2', '2'],
  ])('provisions for the new release from its first step on: %s', async (_, values, provision, ingest) => {
    expect(await imagesOf(values)).toMatchObject({
      'vecino-provision': `vecino:${provision}`,
      'vecino-ingest': `vecino:${ingest}`,
    });
  });

  it('provisions with the image that it is told to', async () => {
    const images = await imagesOf({ ...runs, ...projector, provision: { tag: '3' } });
    expect(images).toMatchObject({ 'vecino-provision': 'vecino:3', 'vecino-status-projector': 'vecino:2' });
  });
});
