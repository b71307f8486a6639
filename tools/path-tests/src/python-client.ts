import { join } from 'node:path';
import { INSTALL_PYTHON, preparePython as prepareEnvironment } from '@vecino/devstack';
import { runClient } from './run-client.js';

/** Libraries with no code of ours or of kafkajs in them. */
const PACKAGES = ['fastavro==1.12.2', 'kafka-python==2.3.3'];
const PYTHON = { install: INSTALL_PYTHON };

/** The interpreter of an environment that holds the packages. */
export const preparePython = (env: NodeJS.ProcessEnv = process.env): Promise<string> =>
  prepareEnvironment(PACKAGES, env);

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
