import { classifyPrecheck, type PrecheckReading } from './index.js';

const reading = (over: {
  verify?: Partial<PrecheckReading['verify']>;
  rebootStatus?: Partial<PrecheckReading['rebootStatus']>;
}): PrecheckReading => ({
  verify: {
    version: '1.0.0',
    activationFailMessage: '',
    standby: { kind: 'not-reported' },
    individualSupervisorInstall: false,
    ...over.verify,
  },
  rebootStatus: { active: false, waitNs: 0n, reason: '', ...over.rebootStatus },
});

describe('precheck', () => {
  it.each([
    ['an idle router on another version', {}, 'proceed'],
    ['a router on the version', { verify: { version: '2.0.0' } }, 'already-running'],
    ['a router that fell back some time ago', { verify: { activationFailMessage: 'old story' } }, 'proceed'],
    ['a standby that is there', { verify: { standby: { kind: 'state', state: 'NON_EXISTENT' } } }, 'proceed'],
    ['a standby out of reach', { verify: { standby: { kind: 'state', state: 'UNAVAILABLE' } } }, 'stop'],
    ['a reboot under way', { rebootStatus: { active: true } }, 'stop'],
    ['a reboot to come', { rebootStatus: { waitNs: 1n } }, 'stop'],
    ['an activation under way', { verify: { activationFailMessage: 'in-progress' } }, 'stop'],
    [
      'the version, about to be rebooted',
      { verify: { version: '2.0.0' }, rebootStatus: { active: true } },
      'stop',
    ],
  ] as const)('answers %s with %s', (_name, over, kind) => {
    const verdict = classifyPrecheck(reading(over), '2.0.0');
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'stop') {
      expect(verdict).toMatchObject({ state: 'REJECTED', reason: { code: 'PRECHECK_REFUSED' } });
    }
  });
});
