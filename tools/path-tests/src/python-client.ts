import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '@vecino/devstack';
import { runClient } from './run-client.js';

/** Libraries with no code of ours or of kafkajs in them. */
const PACKAGES = ['fastavro==1.12.2', 'kafka-python==2.3.3'];
const PREPARE_MS = 180_000;
const PYTHON = { install: 'install Python 3.9 or later with venv (Debian: apt-get install python3-venv)' };

/** The interpreter of an environment that holds the packages; made once for all clones, and kept. */
export async function preparePython(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const home = join(cacheDir(env), 'python', PACKAGES.join('_').replaceAll('==', '-'));
  const python = join('bin', 'python');
  if (existsSync(join(home, python))) return join(home, python);
  const making = `${home}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    const run = { ...PYTHON, timeoutMs: PREPARE_MS };
    await runClient('python3', ['-m', 'venv', making], run);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES];
    await runClient(join(making, python), pip, run);
    await rename(making, home).catch((error: unknown) => {
      // Another clone was faster.
      if (!existsSync(join(home, python))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return join(home, python);
}

/** `fixtures/avro_client.py`, bound to a broker and the published schemas. */
export function avroClient(python: string, brokers: string, root: string) {
  const script = join(root, 'tools', 'path-tests', 'fixtures', 'avro_client.py');
  const schema = (name: string) => join(root, 'libs', 'contracts', 'avro', `${name}.avsc`);
  return {
    produce: (topic: string, request: object) =>
      runClient(python, [script, 'produce', brokers, topic, schema('NetworkDeploymentRequest')], {
        ...PYTHON,
        input: JSON.stringify(request),
      }),
    async read(topic: string): Promise<ForeignStatus[]> {
      const args = [script, 'read', brokers, topic, schema('NetworkDeploymentStatus')];
      return jsonLines(await runClient(python, args, PYTHON));
    },
  };
}

/** As far as the tests look into it. */
export interface ForeignStatus {
  readonly deployment_id: string;
  readonly tenant_id: string;
  readonly router_id: string;
  readonly software_version: string;
  readonly state: string;
  readonly sequence: number;
  readonly reason: { readonly code: string; readonly text: string } | null;
}

export const jsonLines = (text: string): ForeignStatus[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ForeignStatus);
