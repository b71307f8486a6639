import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { prepareGoTool, runCommand } from '@vecino/devstack';
import { readComposeFile } from './compose-file.js';

jest.setTimeout(300_000);

const { root } = thisRepository();
const folder = mkdtempSync(join(tmpdir(), 'vecino-compose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Docker Compose's own loader makes of a file. @throws COMMAND_FAILED with what it says. */
async function load(text: string): Promise<{ services: Record<string, { environment?: object }> }> {
  const loader = await prepareGoTool('compose-loader');
  const file = join(folder, 'docker-compose.yml');
  writeFileSync(file, text);
  const loaded = join(folder, 'loaded.json');
  await runCommand('sh', ['-c', `exec "$0" -format json "$1" > "$2"`, loader, file, loaded], {
    env: { PATH: process.env['PATH'] },
  });
  return JSON.parse(readFileSync(loaded, 'utf8')) as Awaited<ReturnType<typeof load>>;
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

it('is loaded by Docker Compose, which understands it as the other tests do', async () => {
  const { services } = await load(text);
  const ours = readComposeFile(root).services;
  expect(Object.keys(services).sort()).toEqual(Object.keys(ours).sort());
  const texts = (environment: object): object =>
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
  for (const [name, { environment = {} }] of Object.entries(ours)) {
    const stated = Object.entries(environment).filter(([, value]) => !String(value).includes('${'));
    expect(texts(services[name]?.environment ?? {})).toMatchObject(texts(Object.fromEntries(stated)));
  }
});

it.each([
  ['a condition that there is not', /condition: service_completed_successfully/, 'condition: never'],
  ['a key that is misspelt', 'healthcheck:', 'helthcheck:'],
  ['a key that there is not', /^ {4}profiles: \[demo\]$/m, '    profile: [demo]'],
])('would not be with %s', async (_, from, to) => {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  await expect(load(changed)).rejects.toThrow();
});
