import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostcheckInput, SoakInput, StepProgress } from '@vecino/workflows';
import type { UpgradePolicy } from '@vecino/upgrade';
import type { RouterSettings } from './router-config.js';
import { NEW_VERSION, OLD_VERSION, openLaboratory, POLICY, type Laboratory } from './testing/laboratory.js';
import { failureOf, minutesPass, outcomeIn } from './testing/step-outcomes.js';

let lab: Laboratory;
afterEach(() => lab.stop());

const router = () => lab.simulator.router(lab.target.routerId);

/** A router that has come back, and what soak and postcheck are given of it. */
async function back(
  faults: RouterSettings['faults'] = [],
  policy: Partial<UpgradePolicy> = {},
  settings: Partial<RouterSettings> = {},
): Promise<PostcheckInput> {
  lab = await openLaboratory({ ...settings, faults });
  const { checked, input, up } = await lab.rebooted();
  return { ...input, policy: { ...POLICY, ...policy }, up, snapshot: checked.snapshot };
}

describe('soak', () => {
  const soaking = async (...given: Parameters<typeof back>): Promise<SoakInput> => back(...given);

  it('ends when the router has kept running the version for the soak time', async () => {
    const input = await soaking();
    await lab.run('soak', input);
    expect(Date.now() - input.up.upAt).toBeGreaterThanOrEqual(1_000);
  });

  it('counts from the return of the router, not from its own beginning', async () => {
    const input = await soaking([], { soakSeconds: 600 });
    const upAt = input.up.upAt - 600_000;
    await lab.run('soak', { ...input, up: { ...input.up, upAt } }, { number: 2 });
  });

  it.each([false, true])(
    'fails when the router boots again, its boot time following its clock: %s',
    async (bootTimeFollowsClock) => {
      const input = await soaking([], { soakSeconds: 600 }, { bootTimeFollowsClock });
      router().powerOff();
      await router().powerOn();
      const failure = await failureOf(lab.run('soak', input));
      expect(failure).toMatchObject({ type: 'POSTCHECK_FAILED', nonRetryable: true });
      expect(failure.message).toContain('rebooted by itself');
    },
  );

  it('is not fooled by a clock that is set while it watches', async () => {
    const input = await soaking([], {}, { bootTimeFollowsClock: true });
    router().device.clock.step(3_600_000);
    await lab.run('soak', input);
    expect(router().snapshot().bootTimeNs).not.toBe(input.up.bootTimeNs);
  });

  it('says when the router is back on its old version', async () => {
    const input = await soaking();
    router().device.setRunning(OLD_VERSION);
    const failure = await failureOf(lab.run('soak', input));
    expect(failure).toMatchObject({ type: 'FELL_BACK', nonRetryable: true });
  });

  it('outlasts a router that is silent for a while, and not one that stays silent', async () => {
    const input = await soaking();
    router().faults.add({ kind: 'unavailable', forMs: 1_300, times: 1, skip: 0, probability: 1 });
    await lab.run('soak', input);
    expect(Date.now() - input.up.upAt).toBeGreaterThanOrEqual(1_300);
    router().powerOff();
    // However long it is to soak.
    const days = { ...input, policy: { ...input.policy, soakSeconds: 7 * 86_400 } };
    const failure = await failureOf(lab.run('soak', days, { deps: { clock: minutesPass() } }));
    expect(failure).toMatchObject({ type: 'DEVICE_DID_NOT_RETURN', nonRetryable: true });
  });
});

/** The router after its upgrade, as the last postcheck wrote it down. */
function compared(): unknown {
  const file = join(lab.dir, 'evidence', lab.target.tenantId, `${lab.target.deploymentId}.findings.jsonl`);
  const last = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { after: unknown }).after;
}

describe('postcheck', () => {
  it('finds a router as good as before', async () => {
    const input = await back();
    const result = await lab.run('postcheck', input);
    expect(result).toMatchObject({ kind: 'healthy', faults: { count: 0, first: [] }, text: '' });
    expect(compared()).toMatchObject({
      version: NEW_VERSION,
      interfacesUp: ['eth0', 'eth1', 'eth2', 'eth3'],
      peersEstablished: ['DEFAULT 192.0.2.1', 'DEFAULT 192.0.2.2'],
      alarms: [],
    });
    expect(result.changes.first.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['version', 'boot-time']),
    );
  });

  it('waits for a peer that comes late', async () => {
    const input = await back([{ kind: 'bgp-peer-down', forMs: 1_500 }], { recoverySeconds: 30 });
    expect(await lab.run('postcheck', input)).toMatchObject({ kind: 'healthy' });
    expect(router().snapshot().struck).toEqual({ 'bgp-peer-down': 1 });
  });

  it.each([
    [{ kind: 'bgp-peer-down' }, 'peer-lost', '192.0.2.1'],
    [{ kind: 'interface-down', name: 'eth2' }, 'interface-down', 'eth2'],
    [{ kind: 'alarm-raised', text: 'fan broken' }, 'alarm-raised', 'fan broken'],
  ] as const)(
    'calls a router degraded after %j once its time to recover is over',
    async (fault, kind, text) => {
      const input = await back([fault], { recoverySeconds: 1 });
      const result = await lab.run('postcheck', input);
      expect(result).toMatchObject({ kind: 'degraded', faults: { count: 1, first: [{ kind }] } });
      expect(result.text).toContain(text);
      expect(Date.now() - input.up.upAt).toBeGreaterThanOrEqual(1_000);
    },
  );

  it('lets pass what the tenant waives, and says so', async () => {
    const waivers = [{ check: 'interfaces', name: 'eth*' }] as const;
    const input = await back([{ kind: 'interface-down', name: 'eth2' }], { waivers });
    expect(await lab.run('postcheck', input)).toMatchObject({
      kind: 'healthy',
      waived: { count: 1, first: [{ kind: 'interface-down', name: 'eth2' }] },
    });
  });

  it('does not miss what the router never reported', async () => {
    const input = await back([], {}, { omits: ['bgp', 'alarms', 'mount-points'] });
    expect(input.snapshot).not.toHaveProperty('peersEstablished');
    expect(await lab.run('postcheck', input)).toMatchObject({ kind: 'healthy' });
  });

  it('outlasts a router that is silent for a while', async () => {
    const input = await back();
    router().faults.add({ kind: 'unavailable', forMs: 500, times: 1, skip: 0, probability: 1 });
    expect(await lab.run('postcheck', input)).toMatchObject({ kind: 'healthy' });
  });
});

describe('after the reboot', () => {
  it('verify waits while the router says that it still activates', async () => {
    const input = await back();
    const until = Date.now() + 400;
    router().device.inProgressUntilMs = until;
    expect(await lab.run('verify', input)).toEqual({ runningVersion: NEW_VERSION });
    expect(Date.now()).toBeGreaterThanOrEqual(until);
  });

  it.each(['kernel panic', ''])('verify says that the router fell back, telling why: %j', async (message) => {
    const input = await back([{ kind: 'boots-old-image', message }]);
    const failure = await failureOf(lab.run('verify', input));
    expect(failure).toMatchObject({ type: 'FELL_BACK', nonRetryable: true });
    expect(failure.message).toContain(message);
    expect(outcomeIn(failure).state).toBe('FAILED');
  });

  it.each([-3_600_000, 3_600_000])(
    'waitUp is not fooled by a clock that the boot set by %i ms',
    async (ms) => {
      const input = await back([{ kind: 'clock-step', ms }]);
      expect(input.up.bootTimeNs).toBe(router().snapshot().bootTimeNs);
      expect(router().snapshot().boots).toBe(1);
    },
  );

  it('a clock that is set before the reboot is not taken for one', async () => {
    lab = await openLaboratory({
      bootTimeFollowsClock: true,
      faults: [{ kind: 'clock-step', ms: 3_600_000, at: 'activate' }],
    });
    const { input } = await lab.armed();
    expect(await lab.run('reboot', input)).toMatchObject({ sentAt: expect.any(Number) });
    await lab.run('waitUp', input);
    expect(router().snapshot().boots).toBe(1);
  });
});

describe('progress', () => {
  it('of a slow install is told as it goes on, and every wait by its name', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'slow-disk', msPerMiB: 20 }] }, 8 * 1024 * 1024);
    const { input } = await lab.prechecked();
    const told: StepProgress[] = [];
    let now = Date.now();
    // Each look at the clock is a second later, so that no test waits.
    const clock = { now: () => (now += 1_000) };
    const progress = async (step: StepProgress): Promise<void> => void told.push(step);
    await lab.run('install', input, { deps: { clock, progress } });
    expect(told.length).toBeGreaterThan(3);
    expect(told[0]).toMatchObject({ step: 'install', details: { of_bytes: String(8 * 1024 * 1024) } });
    const percents = told.map(({ details }) => Number(details['percent']));
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
  });

  it('that cannot be told does not stop the step', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'reboot-never-returns' }] });
    const { input } = await lab.armed();
    await lab.run('reboot', input);
    const progress = () => Promise.reject(new Error('no server'));
    const failure = await failureOf(lab.run('waitUp', input, { deps: { clock: minutesPass(), progress } }));
    expect(failure).toMatchObject({ type: 'DEVICE_DID_NOT_RETURN' });
  });
});
