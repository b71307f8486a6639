import fc from 'fast-check';
import { classifyPrecheck, STANDBY_STATES, type PrecheckReading, type Standby } from './index.js';

type Over = { readonly verify?: Partial<PrecheckReading['verify']> } & {
  readonly rebootStatus?: Partial<PrecheckReading['rebootStatus']>;
} & Partial<Omit<PrecheckReading, 'verify' | 'rebootStatus'>>;

const reading = ({ verify, rebootStatus, ...over }: Over): PrecheckReading => ({
  verify: {
    version: '1.0.0',
    activationFailMessage: '',
    standby: { kind: 'not-reported' },
    individualSupervisorInstall: false,
    ...verify,
  },
  rebootStatus: { active: false, waitNs: 0n, reason: '', ...rebootStatus },
  image: {},
  oldImage: 'in-store',
  policy: { rollback: true },
  deviations: { earlyInProgress: false },
  ...over,
});
const standby = (version: string, activationFailMessage = ''): Standby => ({
  kind: 'present',
  id: 'B',
  version,
  activationFailMessage,
});
const early = { deviations: { earlyInProgress: true } };

describe('precheck', () => {
  it.each<[string, Over, string]>([
    ['an idle router on another version', {}, 'proceed'],
    ['a router on the version', { verify: { version: '2.0.0' } }, 'already-running'],
    ['a router that fell back some time ago', { verify: { activationFailMessage: 'old story' } }, 'proceed'],
    ['a reboot under way', { rebootStatus: { active: true } }, 'stop'],
    ['a reboot to come', { rebootStatus: { waitNs: 1n } }, 'stop'],
    ['an activation under way', { verify: { activationFailMessage: 'in-progress' } }, 'stop'],
    [
      'the words of an activation from a device that says them too early',
      { verify: { activationFailMessage: 'in-progress' }, ...early },
      'proceed',
    ],
    [
      'the version, about to be rebooted',
      { verify: { version: '2.0.0' }, rebootStatus: { active: true } },
      'stop',
    ],
    ['a standby', { verify: { standby: standby('1.0.0') } }, 'proceed'],
    ['a standby that has the version already', { verify: { standby: standby('2.0.0') } }, 'proceed'],
    ['a standby that failed to activate', { verify: { standby: standby('1.0.0', 'no disk') } }, 'stop'],
    ['a standby that activates', { verify: { standby: standby('1.0.0', 'in-progress') } }, 'stop'],
    [
      'such a standby, told early',
      { verify: { standby: standby('1.0.0', 'in-progress') }, ...early },
      'proceed',
    ],
    [
      'both supervisors on the version',
      { verify: { version: '2.0.0', standby: standby('2.0.0') } },
      'already-running',
    ],
    [
      'only the active supervisor on the version',
      { verify: { version: '2.0.0', standby: standby('1.0.0') } },
      'stop',
    ],
    [
      'the version, and a standby of its own that cannot be asked',
      {
        verify: {
          version: '2.0.0',
          standby: { kind: 'state', state: 'UNAVAILABLE' },
          individualSupervisorInstall: true,
        },
      },
      'stop',
    ],
    [
      'the version on a chassis whose one Install serves both, and its standby away',
      { verify: { version: '2.0.0', standby: { kind: 'state', state: 'UNAVAILABLE' } } },
      'already-running',
    ],
    [
      'an image of the same platform',
      { image: { platform: 'CR-8 ' }, chassis: { model: 'cr-8' } },
      'proceed',
    ],
    ['an image of another platform', { image: { platform: 'CR-8' }, chassis: { model: 'CR-9' } }, 'stop'],
    [
      'an image of a platform, and a router that does not say',
      { image: { platform: 'CR-8' }, chassis: {} },
      'proceed',
    ],
    ['an image that does not say', { chassis: { model: 'CR-8' } }, 'proceed'],
    ['no way back, where none is wanted', { oldImage: 'missing', policy: { rollback: false } }, 'proceed'],
  ])('answers %s with %s', (_name, over, kind) => {
    const verdict = classifyPrecheck(reading(over), '2.0.0');
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'stop') {
      expect(verdict).toMatchObject({ state: 'REJECTED', reason: { code: 'PRECHECK_REFUSED' } });
    }
  });

  it.each(STANDBY_STATES)('of a standby %s refuses exactly one that is there and out of reach', (state) => {
    const verdict = classifyPrecheck(reading({ verify: { standby: { kind: 'state', state } } }), '2.0.0');
    expect(verdict.kind).toBe(state === 'UNAVAILABLE' ? 'stop' : 'proceed');
  });

  it('refuses an upgrade without a way back, by its own name, and names what is missing', () => {
    expect(classifyPrecheck(reading({ oldImage: 'missing' }), '2.0.0')).toMatchObject({
      kind: 'stop',
      state: 'REJECTED',
      reason: { code: 'OLD_IMAGE_MISSING', text: expect.stringContaining('1.0.0') },
    });
  });

  it('needs neither image nor way back where the version runs', () => {
    const over = { verify: { version: '2.0.0' }, oldImage: 'missing' } as const;
    expect(classifyPrecheck(reading(over), '2.0.0').kind).toBe('already-running');
  });

  it('never calls a router done that does not run the version on each supervisor, nor one at unrest', () => {
    const version = fc.constantFrom('1.0.0', '2.0.0');
    const message = fc.constantFrom('', 'in-progress', 'no disk');
    const anyStandby: fc.Arbitrary<Standby> = fc.oneof(
      fc.constant({ kind: 'not-reported' } as const),
      fc.constantFrom(...STANDBY_STATES).map((state) => ({ kind: 'state', state }) as const),
      fc.tuple(version, message).map(([runs, said]) => standby(runs, said)),
    );
    fc.assert(
      fc.property(
        version,
        message,
        anyStandby,
        fc.boolean(),
        fc.boolean(),
        (runs, said, other, individual, active) => {
          const given = reading({
            verify: {
              version: runs,
              activationFailMessage: said,
              standby: other,
              individualSupervisorInstall: individual,
            },
            rebootStatus: { active },
          });
          const { kind } = classifyPrecheck(given, '2.0.0');
          if (active || said === 'in-progress') expect(kind).toBe('stop');
          if (kind !== 'already-running') return;
          expect(runs).toBe('2.0.0');
          if (other.kind === 'present') expect(other.version).toBe('2.0.0');
        },
      ),
    );
  });
});
