import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNodeNewEnough } from './doctor/judge.js';
import { thisRepository } from './repository.js';

const { root } = thisRepository();
const bin = mkdtempSync(join(tmpdir(), 'vecino-launcher-'));
afterAll(() => rmSync(bin, { recursive: true, force: true }));

/** Starts `./vecino` where `node` is of this version, and says no more than that it was called. */
function launchOn(version: string) {
  const node = join(bin, 'node');
  writeFileSync(node, `#!/bin/sh\nif [ "$1" = -p ]; then echo ${version}; else echo started; fi\n`);
  chmodSync(node, 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { status, stdout, stderr } = spawnSync(join(root, 'vecino'), [], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const VERSIONS = ['18.20.8', '20.18.3', '20.19.0', '21.7.3', '22.11.0', '22.12.0', '23.0.0', '24.11.1'];

it.each(VERSIONS)('./vecino takes Node.js %s where the doctor does', (version) => {
  const launched = launchOn(version);
  if (isNodeNewEnough(version)) expect(launched).toEqual({ status: 0, stdout: 'started\n', stderr: '' });
  else
    expect(launched).toEqual({
      status: 1,
      stdout: '',
      stderr: `vecino: needs Node.js 20 (20.19 or later), or 22.12 or newer, and this is ${version}: install another one from https://nodejs.org\n`,
    });
});

it('and so does npm', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe('>=20.19 <21 || >=22.12');
});
