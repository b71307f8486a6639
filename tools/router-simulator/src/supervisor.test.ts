import { StandbySupervisor, Supervisor } from './supervisor.js';

describe('a supervisor that does not boot what was activated', () => {
  it.each([
    [false, '1.0.0'],
    [true, '2.0.0'],
  ])('boots next, where it keeps the activation or not: %s', (keepsActivation, next) => {
    const supervisor = new Supervisor('RP0', '1.0.0', ['2.0.0'], keepsActivation);
    supervisor.nextBootVersion = '2.0.0';
    supervisor.boot({ version: '1.0.0', activationFailMessage: 'no' });
    expect(supervisor).toMatchObject({ runningVersion: '1.0.0', activationFailMessage: 'no' });
    expect(supervisor.nextBootVersion).toBe(next);
    supervisor.boot();
    expect(supervisor).toMatchObject({ runningVersion: next, activationFailMessage: '' });
    expect(supervisor.armed).toBe(false);
  });
});

it('is what it is said to be until a standby has booted', () => {
  const standby = new StandbySupervisor('RP1', '1.0.0', [], false, 'present');
  standby.bootUntil(100, 'NON_EXISTENT');
  expect([99, 100].map((now) => standby.condition(now))).toEqual(['NON_EXISTENT', 'present']);
});
