import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { AVRO_VERSION, KAFKA_VERSION } from '@vecino/devstack';
import { pythonPackages } from './examples.js';

const { root } = thisRepository();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = (path: string) =>
  JSON.parse(read(path)) as Readonly<Record<'dependencies' | 'devDependencies', Record<string, string>>>;

describe('the examples name the libraries that they are tested with', () => {
  it('in TypeScript', () => {
    const { dependencies, devDependencies } = manifest('examples/typescript/package.json');
    const { devDependencies: ours } = manifest('package.json');
    expect(dependencies).toEqual({
      kafkajs: manifest('tools/path-tests/package.json').dependencies['kafkajs'],
    });
    expect(devDependencies).toEqual({ '@types/node': ours['@types/node'], typescript: ours['typescript'] });
  });

  it('in Python', () => {
    for (const name of pythonPackages(root)) expect(name).toMatch(/^[\w-]+==\d+\.\d+\.\d+$/);
  });

  it('in Java', () => {
    const versions = [
      ...read('examples/java/pom.xml').matchAll(/<artifactId>([\w-]+)<\/artifactId>\s*<version>([\d.]+)</g),
    ].map(([, artifact, version]) => [artifact, version]);
    expect(Object.fromEntries(versions)).toMatchObject({
      'kafka-clients': KAFKA_VERSION,
      avro: AVRO_VERSION,
    });
  });
});
