import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  evidenceSchema,
  fileImageStore,
  registryTenantRules,
  type DeviceActivityDeps,
  type EvidenceDocument,
} from '@vecino/activities';
import { parseRegistry } from '@vecino/tenancy';
import type { DeploymentReport } from '@vecino/workflows';
import { NEW_VERSION, OLD_VERSION, openLaboratory, POLICY, type Laboratory } from './testing/laboratory.js';
import { failureOf, outcomeIn } from './testing/step-outcomes.js';
import { writeImage } from './write-image.js';

let lab: Laboratory;
afterEach(() => lab.stop());

const images = () => join(lab.dir, 'images');
const evidence = () => join(lab.dir, 'evidence', lab.target.tenantId);
const read = (name: string): string => readFileSync(join(evidence(), name), 'utf8');

const reportOf = (more: Partial<DeploymentReport> = {}): DeploymentReport => ({
  target: lab.target,
  workflowId: 'deployment/chogar/deployment-1',
  runId: 'run-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  startedAt: 1_000,
  endedAt: 2_000,
  phases: [{ state: 'PRECHECK', at: 1_000 }],
  outcome: { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'the router runs 2.0.0' } },
  commands: [],
  ...more,
});

async function recorded(report: DeploymentReport): Promise<EvidenceDocument> {
  const { reference } = await lab.run('recordEvidence', report);
  expect(reference).toBe('chogar/deployment-1.json');
  return evidenceSchema.parse(JSON.parse(read('deployment-1.json')));
}

describe('the evidence of a deployment', () => {
  it('has every call to the router, those that changed it and those that looked', async () => {
    lab = await openLaboratory();
    const { checked, input, up } = await lab.rebooted();
    await lab.run('verify', input);
    const postcheck = await lab.run('postcheck', {
      ...input,
      policy: POLICY,
      up,
      snapshot: checked.snapshot,
    });
    const { baseline, image, policy } = checked;
    const document = await recorded(reportOf({ baseline, image, policy, postcheck }));

    expect(document).toMatchObject({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      image: { sha256: image.sha256 },
      baseline: { running_version: OLD_VERSION },
      before: { version: OLD_VERSION },
      after: { version: NEW_VERSION },
      diff: expect.arrayContaining([{ kind: 'version', before: OLD_VERSION, after: NEW_VERSION }]),
    });
    const changing = document.calls.filter(({ call }) => /Install|Activate|Reboot$/.test(call));
    expect(changing.map(({ call, step, outcome }) => [call.split('/')[1], step, outcome])).toEqual([
      ['Install', 'install', 'validated'],
      ['Activate', 'arm', 'activated'],
      ['Reboot', 'reboot', 'answer'],
    ]);
    const steps = new Set(document.calls.map(({ step }) => step));
    expect([...steps]).toEqual(['precheck', 'install', 'arm', 'reboot', 'waitUp', 'verify', 'postcheck']);
    expect(readdirSync(evidence())).toEqual(['deployment-1.json']);
  });

  it('is on the disk before a call that changes the router goes out', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'hang-install', atByte: 1_000 }] });
    const { input } = await lab.prechecked();
    let cancel: () => void = () => undefined;
    const work = lab.run('install', input, { environment: (env) => (cancel = () => env.cancel()) });
    const failed = expect(work).rejects.toThrow();
    const router = lab.simulator.router(lab.target.routerId);
    while (!router.snapshot().installing) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(read('deployment-1.calls.jsonl')).toMatch(/"event":"sent"/);
    cancel();
    await failed;
  });

  it('is written again, equal, by a second attempt', async () => {
    lab = await openLaboratory();
    await lab.armed();
    const first = await recorded(reportOf());
    expect(await recorded(reportOf())).toEqual(first);
    expect(first.calls.length).toBeGreaterThan(5);
  });

  it('needs no router and no tenant', async () => {
    lab = await openLaboratory();
    const reason = { code: 'UNKNOWN_TENANT', text: 'gone' } as const;
    const deps: Partial<DeviceActivityDeps> = { access: { check: () => ({ allowed: false, reason }) } };
    await lab.run('recordEvidence', reportOf(), { deps });
    expect(existsSync(join(evidence(), 'deployment-1.json'))).toBe(true);
  });
});

describe('the image store', () => {
  const { publicKey, privateKey: signingKey } = generateKeyPairSync('ed25519');
  const trusting = (): Partial<DeviceActivityDeps> => ({ images: fileImageStore(images(), [publicKey]) });
  const prechecked = (deps: Partial<DeviceActivityDeps>) => lab.run('precheck', lab.target, { deps });

  it('gives out only what a trusted key has signed, where keys are set', async () => {
    lab = await openLaboratory();
    const unsigned = await failureOf(prechecked(trusting()));
    expect(unsigned).toMatchObject({ type: 'IMAGE_UNTRUSTED', nonRetryable: true });
    expect(outcomeIn(unsigned).state).toBe('REJECTED');
    await writeImage(images(), NEW_VERSION, 10_000, 'test', { signingKey });
    expect((await failureOf(prechecked(trusting()))).type).toBe('OLD_IMAGE_MISSING');
    await writeImage(images(), OLD_VERSION, 10_000, 'test', { signingKey });
    expect(await prechecked(trusting())).toMatchObject({ kind: 'proceed' });
  });

  it('gives out nothing that is made for other hardware', async () => {
    lab = await openLaboratory({ model: 'VX-1' });
    await writeImage(images(), NEW_VERSION, 10_000, 'test', { platform: 'VX-9' });
    const failure = await failureOf(prechecked({}));
    expect(failure).toMatchObject({ type: 'PRECHECK_REFUSED', nonRetryable: true });
    expect(failure.message).toMatch(/VX-9.*VX-1/);
    await writeImage(images(), NEW_VERSION, 10_000, 'test', { platform: 'VX-1' });
    expect(await prechecked({})).toMatchObject({ kind: 'proceed' });
  });

  it('keeps a tenant to the versions it may have, and names only those', async () => {
    lab = await openLaboratory();
    const text = `tenants:
  - id: chogar
    tier: standard
    networks: [127.0.0.0/8]
    lab: true
    images: { allow: ['1.*'] }
`;
    const parsed = parseRegistry(text, { source: 'test' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const rules = registryTenantRules(() => parsed.registry);
    const refused = await failureOf(prechecked({ rules }));
    expect(refused).toMatchObject({ type: 'IMAGE_NOT_ALLOWED', nonRetryable: true });
    expect(refused.message).toMatch(/2\.0\.0; allowed: 1\.0\.0$/);
    expect(outcomeIn(refused).state).toBe('REJECTED');
    const unknown = { ...lab.target, softwareVersion: '1.9.9' };
    const failure = await failureOf(lab.run('precheck', unknown, { deps: { rules } }));
    expect(failure).toMatchObject({ type: 'IMAGE_UNKNOWN' });
    expect(failure.message).toMatch(/known: 1\.0\.0$/);
  });

  it('must have the way back, where the tenant wants one', async () => {
    lab = await openLaboratory({ runningVersion: '0.9.0' });
    const failure = await failureOf(prechecked({}));
    expect(failure).toMatchObject({ type: 'OLD_IMAGE_MISSING', nonRetryable: true });
    const rules = {
      policyOf: () => ({ ...POLICY, rollback: false }),
      mayInstall: () => true,
      stopOf: () => undefined,
    };
    expect(await prechecked({ rules })).toMatchObject({ kind: 'proceed', policy: { rollback: false } });
  });
});
