import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { parseDockerfile } from './dockerfile.js';

test('reads stages, with lines that go on and comments left out', () => {
  const text =
    '# hello\nFROM node:1 AS base\nWORKDIR /x\nRUN a \\\n  && b\n\nFROM base AS end\nCOPY --from=base /x .\n';
  expect(parseDockerfile(text)).toEqual([
    {
      name: 'base',
      base: 'node:1',
      instructions: [
        { kind: 'workdir', path: '/x' },
        { kind: 'run', command: 'a && b' },
      ],
    },
    { name: 'end', base: 'base', instructions: [{ kind: 'copy', from: 'base', source: '/x', target: '.' }] },
  ]);
});

test.each(['FROM node:1 AS a\nADD x y', 'FROM node:1 AS a\nCOPY --chown=1 x y', 'RUN x'])(
  'refuses what it does not know: %j',
  (text) => expect(() => parseDockerfile(text)).toThrow(),
);

describe('the image', () => {
  const stages = parseDockerfile(readFileSync(join(thisRepository().root, 'Dockerfile'), 'utf8'));
  const last = stages.at(-1);

  it('is made from images pinned to one version', () => {
    const names = new Set(stages.map(({ name }) => name));
    const images = stages.map(({ base }) => base).filter((base) => !names.has(base));
    expect(images).toHaveLength(1);
    expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-[a-z-]+$/);
  });

  it('does not run as root, and says so by number', () => {
    expect(last?.instructions).toContainEqual({ kind: 'user', user: '1000:1000' });
  });

  it('carries nothing that its services were built from', () => {
    const copies = last?.instructions.filter(({ kind }) => kind === 'copy') ?? [];
    expect(copies.filter((copy) => copy.kind === 'copy' && copy.from === undefined)).toEqual([
      { kind: 'copy', from: undefined, source: 'deploy/docker/probe.cjs', target: 'deploy/docker/probe.cjs' },
    ]);
  });
});
