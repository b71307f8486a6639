import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManagedProcess, runCommand } from '@vecino/devstack';
import { waitFor } from '@vecino/testing';
import { ownServices } from './compose-file.js';
import { type ContainerLaboratory, openLaboratory } from './container-laboratory.js';
import { checkHealth, containerEnvironment, startContainer, substitute } from './run-as-container.js';
import { parseEnvironments } from './parse-environments.js';

// Installing the dependencies is part of it.
jest.setTimeout(600_000);

const SERVICES = ['status-projector', 'worker-shared', 'worker-dedicated-mayorista', 'ingest'];

let lab: ContainerLaboratory;
const running = new Map<string, ManagedProcess>();

beforeAll(async () => {
  lab = await openLaboratory();
});
afterAll(() => lab?.close());

/** Everything but `node_modules`: enough to see whether somebody wrote. */
const fingerprint = (): Promise<string> =>
  runCommand('find', ['.', '-name', 'node_modules', '-prune', '-o', '-printf', '%p %T@ %s\n'], {
    cwd: lab.image.workdir,
  });

/** To its end, which has to come; its output where it did not end well. */
async function runToEnd(name: string): Promise<string> {
  const started = await startContainer(lab.supervisor, lab.plan(name));
  const { code } = await started.exited;
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${started.output()}`);
  return started.wholeOutput();
}

async function becomesHealthy(name: string): Promise<void> {
  const started = await startContainer(lab.supervisor, lab.plan(name));
  running.set(name, started);
  await waitFor(
    async () => {
      if (started.exit !== undefined) throw new Error(`${name} ended:\n${started.output()}`);
      return checkHealth(lab.plan(name));
    },
    { timeoutMs: 60_000, everyMs: 250, what: `the health of ${name}; its log ends: ${started.output()}` },
  );
}

it('has every program that a container runs, what these need, and no tool that only builds or tests', async () => {
  for (const [, { command = [] }] of ownServices(lab.file))
    expect(existsSync(lab.image.at(command[0] ?? ''))).toBe(true);
  const modules = await readdir(lab.image.at('node_modules'));
  expect(modules).toEqual(expect.arrayContaining(['@temporalio', '@vecino', 'kafkajs']));
  for (const tool of ['typescript', 'jest', 'eslint', 'nx', 'prettier']) expect(modules).not.toContain(tool);
  expect(existsSync(lab.image.at('services/ingest/src'))).toBe(false);
});

describe.each(SERVICES)('the configuration of %s', (name) => {
  it('is what the service reads: every variable counts, and none is missing', async () => {
    const env = containerEnvironment(lab.plan(name));
    const given = Object.keys(lab.plan(name).service.environment ?? {});
    const config = lab.image.at((lab.plan(name).service.command?.[0] ?? '').replace('main.js', 'config.js'));
    // OTEL_* are read by the SDK; what becomes of them shows below.
    const own = given.filter((variable) => !variable.startsWith('OTEL_'));
    const [asGiven, ...changed] = await parseEnvironments(config, [
      env,
      ...own.map((variable) => ({ ...env, [variable]: `x${env[variable]}` })),
    ]);
    expect(asGiven).toMatchObject({ ok: true });
    expect(own.filter((_, index) => JSON.stringify(changed[index]) === JSON.stringify(asGiven))).toEqual([]);
  });
});

it('provisions, twice', async () => {
  const first = await runToEnd('provision');
  expect(first).toContain('topics: made deployment-requests');
  expect(first).toContain('registry: 4 tenants');
  const again = await runToEnd('provision');
  expect(again).toContain('topics: all there');
  const { command = [] } = lab.plan('router-simulator').service;
  const config = substitute(command.at(-1) ?? '', lab.plan('router-simulator').substitutions);
  const simulator = JSON.parse(await readFile(config, 'utf8')) as { controlPort: number };
  const [, , control] = lab.plan('router-simulator').service.healthcheck?.test.at(-1)?.split(':') ?? [];
  expect(`${simulator.controlPort}/routers`).toBe(control);
  // The one port that stands in a file: free on this machine, and told to whoever asks.
  const url = substitute('127.0.0.1:9340', lab.plan('router-simulator').substitutions);
  await writeFile(config, JSON.stringify({ ...simulator, controlPort: Number(url.split(':')[1]) }));
});

it('starts each service as its container would, until its health check is content', async () => {
  const before = await fingerprint();
  await Promise.all([...SERVICES, 'router-simulator'].map(becomesHealthy));
  expect([...running.keys()]).toHaveLength(5);
  // The tree of the image is what it was.
  expect(await fingerprint()).toBe(before);
});

it('upgrades the routers of the demo', async () => {
  const said = await runToEnd('demo');
  expect(said).toContain('The platform goes on running.');
  expect(said.match(/SUCCEEDED/g)?.length).toBeGreaterThanOrEqual(7);
  await waitFor(() => lab.spansReceived() > 0, { timeoutMs: 30_000, what: 'spans at the collector' });
});

it('has its metrics fetched where Prometheus is told to look', async () => {
  for (const name of SERVICES) {
    const { VECINO_METRICS_ADDRESS: address } = containerEnvironment(lab.plan(name));
    const answer = await fetch(`http://${address}/metrics`);
    expect({ name, status: answer.status }).toEqual({ name, status: 200 });
    expect(await answer.text()).toContain('# TYPE vecino_');
  }
});

it('ends each service in order when it is told to', async () => {
  const exits = await Promise.all(
    [...running].map(async ([name, process]) => ({ name, code: (await process.stop()).code })),
  );
  expect(exits).toEqual([...running.keys()].map((name) => ({ name, code: 0 })));
});

it('ran as the user of the image, who could not have written to it', async () => {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(lab.image.at('services/ingest/dist/main.js'));
  expect([uid, gid]).toEqual([0, 0]);
  const evidence = lab.plan('worker-shared').substitutions.get('/var/lib/vecino/evidence') ?? '';
  const written = await readdir(evidence, { recursive: true });
  expect(written.length).toBeGreaterThan(0);
  for (const file of written) expect((await stat(join(evidence, file))).uid).toBe(lab.image.user.uid);
});
