import { OLD_VERSION, NEW_VERSION, openLaboratory, type Laboratory } from './testing/laboratory.js';
import { failureOf, minutesPass, outcomeIn } from './testing/step-outcomes.js';
import type { RouterSettings } from './router-config.js';

let lab: Laboratory;
afterEach(() => lab.stop());

const router = () => lab.simulator.router(lab.target.routerId).snapshot();
const calls = (rpc: string) => lab.simulator.calls().filter((call) => call.rpc.endsWith(rpc));
const individual: Partial<RouterSettings> = { supervisors: { kind: 'dual', install: 'individual' } };
const together: Partial<RouterSettings> = { supervisors: { kind: 'dual', install: 'whole-chassis' } };

test('a router with one Install and Activate per supervisor gets both, the standby’s Activate first', async () => {
  lab = await openLaboratory(individual);
  const { input, up } = await lab.rebooted();
  expect(input.baseline.supervisors).toBe('individual');
  expect(calls('OS/Install').map(({ detail }) => detail['transferred'])).toEqual([true, false]);
  expect(calls('OS/Activate').map(({ detail }) => detail['standby'])).toEqual([true, false]);
  expect(await lab.run('verify', input)).toEqual({ runningVersion: NEW_VERSION });
  expect(router()).toMatchObject({ runningVersion: NEW_VERSION, standby: { runningVersion: NEW_VERSION } });
  expect(Number(up.bootTimeNs)).toBeGreaterThan(Number(input.baseline.bootTimeNs));
  expect(lab.accepted('System/Reboot')).toBe(1);
});

test('a router that serves both with one Install gets one', async () => {
  lab = await openLaboratory(together);
  const { input } = await lab.rebooted();
  expect(input.baseline.supervisors).toBe('together');
  expect([calls('OS/Install'), calls('OS/Activate')].map(({ length }) => length)).toEqual([1, 1]);
  await lab.run('verify', input);
  expect(router()).toMatchObject({ runningVersion: NEW_VERSION, standby: { runningVersion: NEW_VERSION } });
});

test('a manufacturer’s deviation counts for more than what Verify says', async () => {
  const supervisors = { kind: 'dual', install: 'whole-chassis', claimsIndividual: true } as const;
  lab = await openLaboratory({ manufacturer: 'Juniper Networks, Inc.', supervisors });
  expect((await lab.prechecked()).input.baseline.supervisors).toBe('together');
});

test('verify waits for a standby that comes late', async () => {
  lab = await openLaboratory(individual);
  const { input } = await lab.rebooted();
  lab.simulator.router(lab.target.routerId).device.standby?.bootUntil(Date.now() + 400, 'UNAVAILABLE');
  expect(router().standby?.condition).toBe('UNAVAILABLE');
  expect(await lab.run('verify', input)).toEqual({ runningVersion: NEW_VERSION });
  expect(router().standby?.condition).toBe('present');
});

test('verify does not wait for ever for a standby that stays away', async () => {
  lab = await openLaboratory({ ...individual, faults: [{ kind: 'standby-late' }] });
  const { input } = await lab.rebooted();
  const failure = await failureOf(lab.run('verify', input, { deps: { clock: minutesPass() } }));
  expect(failure).toMatchObject({ type: 'VERIFY_FAILED', nonRetryable: true });
  expect(failure.message).toContain('UNAVAILABLE');
});

test('a standby that cannot be used refuses the upgrade before it begins', async () => {
  const supervisors = { kind: 'dual', install: 'individual', standby: { condition: 'UNAVAILABLE' } } as const;
  lab = await openLaboratory({ supervisors });
  const failure = await failureOf(lab.run('precheck', lab.target));
  expect(failure).toMatchObject({ type: 'PRECHECK_REFUSED', nonRetryable: true });
  expect(outcomeIn(failure).state).toBe('REJECTED');
});

test('disarm sets back both supervisors', async () => {
  lab = await openLaboratory(individual);
  const { input } = await lab.armed();
  expect(router()).toMatchObject({ nextBootVersion: NEW_VERSION, standby: { nextBootVersion: NEW_VERSION } });
  await lab.run('disarm', input);
  expect(router()).toMatchObject({ nextBootVersion: OLD_VERSION, standby: { nextBootVersion: OLD_VERSION } });
});

test('an idle router boots what it runs, on both supervisors', async () => {
  lab = await openLaboratory(individual);
  await lab.armed();
  await lab.run('confirmIdle', lab.target);
  expect(router()).toMatchObject({ nextBootVersion: OLD_VERSION, standby: { nextBootVersion: OLD_VERSION } });
});
