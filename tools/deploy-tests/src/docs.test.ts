import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { parse } from 'yaml';
import { ownServices, readComposeFile } from './compose-file.js';

const { root } = thisRepository();
const page = readFileSync(join(root, 'docs', 'deploying.md'), 'utf8');
const SERVICES = new Set(['ingest', 'statusProjector', 'workerShared', 'workerDedicated']);

/** Dotted paths of what may be set: an empty mapping or list is one value. */
function pathsOf(value: unknown, prefix = ''): string[] {
  const open = prefix.endsWith('.resources') || prefix === 'registry';
  if (typeof value !== 'object' || value === null || Array.isArray(value) || open) return [prefix];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [prefix]
    : entries.flatMap(([key, below]) => pathsOf(below, prefix === '' ? key : `${prefix}.${key}`));
}

it('compose file and chart are of the release that the repository is', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const chart = parse(readFileSync(join(root, 'deploy/helm/vecino/Chart.yaml'), 'utf8')) as object;
  expect(chart).toMatchObject({ version, appVersion: version });
  for (const [, { image }] of ownServices(readComposeFile(root))) expect(image).toBe(`vecino:${version}`);
  expect(page).toContain(`docker build -t vecino:${version} .`);
});

describe('docs/deploying.md', () => {
  it('has every value of the chart, and no other', () => {
    const values: unknown = parse(readFileSync(join(root, 'deploy/helm/vecino/values.yaml'), 'utf8'));
    const told = [...page.matchAll(/^\| `([\w<>]+(?:\.\w+)*)` +\|/gm)].map(([, path]) => path ?? '');
    const shared = new Set(told.filter((path) => path.startsWith('<service>.')));
    const general = (path: string) => {
      const [first = '', ...rest] = path.split('.');
      const all = `<service>.${rest.join('.')}`;
      return SERVICES.has(first) && shared.has(all) ? all : path;
    };
    expect(new Set(told)).toEqual(new Set(pathsOf(values).map(general)));
  });

  it('gives the defaults that the values have', () => {
    const values = parse(readFileSync(join(root, 'deploy/helm/vecino/values.yaml'), 'utf8')) as object;
    const rows = [...page.matchAll(/^\| `([\w.]+)` +\| `([^`]+)` +\|/gm)];
    const told = rows.map(([, path = '', value = '']) => [path, parse(value) as unknown]);
    const real = rows.map(([, path = '']) => [
      path,
      path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], values),
    ]);
    expect(told.length).toBeGreaterThan(20);
    expect(told).toEqual(real);
  });

  it('has the images and ports of the compose file', () => {
    const file = readComposeFile(root);
    const services = Object.values(file.services);
    const images = services.filter(({ build }) => build === undefined).map(({ image }) => image);
    const table = page.slice(page.indexOf('| what        |'), page.indexOf('All ports are'));
    expect([...table.matchAll(/`([\w./-]+:v?[\d.]+)` +\|$/gm)].map(([, image]) => image).sort()).toEqual(
      images.sort(),
    );
    const ports = services.flatMap((service) => service.ports ?? []).map((port) => port.split(':')[1]);
    expect([...table.matchAll(/localhost:(\d+)/g)].map(([, port]) => port).sort()).toEqual(ports.sort());
  });

  it('names the services that stay and have no health check', () => {
    const unasked = Object.entries(readComposeFile(root).services).filter(
      ([, { restart, healthcheck }]) => restart === 'unless-stopped' && healthcheck === undefined,
    );
    const [told = ''] = /^\*\*Health\.\*\*[^:]*/m.exec(page) ?? [];
    expect([...told.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)).toEqual(unasked.map(([name]) => name));
  });

  it('has every program of the image', () => {
    const programs = ownServices(readComposeFile(root)).map(([, { command = [] }]) => command[0] ?? '');
    for (const program of programs) expect(page).toContain(`\`${program}`);
  });
});
