import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleFiles } from '@vecino/alerts';
import { thisRepository } from '@vecino/cli';
import { preparePrometheus, runCommand } from '@vecino/devstack';

// Prometheus is unpacked on the first run on a machine.
jest.setTimeout(300_000);

const config = join(thisRepository().root, 'deploy', 'prometheus', 'prometheus.yaml');
const folder = mkdtempSync(join(tmpdir(), 'vecino-prometheus-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(file: string): Promise<string> {
  const { promtool } = await preparePrometheus();
  return runCommand(promtool, ['check', 'config', file]);
}

it('is what Prometheus takes, with all rules', async () => {
  const said = await check(config);
  expect(said).toContain(`${ruleFiles().size} rule files found`);
  expect(said).not.toContain('FAILED');
});

it('would not be with a key that is misspelt', async () => {
  const broken = join(folder, 'prometheus.yaml');
  writeFileSync(broken, readFileSync(config, 'utf8').replace('static_configs', 'static_confgs'));
  await expect(check(broken)).rejects.toThrow('static_confgs');
});
