import fc from 'fast-check';
import {
  ACTIVITY_POLICIES,
  classifyActivate,
  classifyCallFault,
  classifyInstall,
  countFault,
  faultTallyOf,
  INSTALL_ERROR_TYPES,
  NO_FAULTS,
  retry,
  stop,
  type Fault,
  type FaultTally,
  type InstallErrorType,
  type Verdict,
} from './index.js';

const faultOf = (verdict: Verdict): Fault => {
  if (verdict.kind === 'go-on') throw new Error('a fault was expected');
  return verdict;
};
const installError = (type: InstallErrorType) =>
  faultOf(classifyInstall({ kind: 'install-error', type, detail: '' }));
const broken = faultOf(classifyInstall({ kind: 'protocol-violation', message: 'no answer' }));
const away = classifyCallFault(
  'Install',
  { kind: 'rpc-error', code: 'UNAVAILABLE', message: 'away' },
  'INSTALL_FAILED',
);

/** How often a fault may strike in a row before it is final; undefined where it never is by itself. */
function strikesOf(fault: Fault): number | undefined {
  let tally: FaultTally = NO_FAULTS;
  for (let strike = 1; strike <= 50; strike++) {
    const counted = countFault(tally, fault);
    if (counted.final) return strike;
    tally = counted.tally;
  }
  return undefined;
}

const LIMITS: Readonly<Record<InstallErrorType, number | undefined>> = {
  INSTALL_IN_PROGRESS: undefined,
  UNEXPECTED_SWITCHOVER: 3,
  SYNC_FAIL: 4,
  INTEGRITY_FAIL: 2,
  UNSPECIFIED: 3,
  INCOMPATIBLE: 1,
  TOO_LARGE: 1,
  PARSE_FAIL: 1,
  INSTALL_RUN_PACKAGE: 1,
  NOT_SUPPORTED_ON_BACKUP: 1,
};

describe('how often a fault is borne', () => {
  it.each(INSTALL_ERROR_TYPES)('%s', (type) => {
    expect(strikesOf(installError(type))).toBe(LIMITS[type]);
  });

  it('of a broken protocol, of an unexplained refusal, and of a router that is away', () => {
    const refused = faultOf(classifyActivate({ kind: 'activate-error', type: 'UNSPECIFIED', detail: '' }));
    const violated = faultOf(classifyActivate({ kind: 'protocol-violation', message: 'no answer' }));
    expect([broken, refused, violated, away].map(strikesOf)).toEqual([3, 3, 3, undefined]);
  });

  it('is never more than of a fault without a limit of its own', () => {
    for (const limit of Object.values(LIMITS)) {
      expect(limit ?? 0).toBeLessThan(ACTIVITY_POLICIES.install.retry.maximumFaults);
    }
  });

  it('is what the step bears, where the fault has no limit of its own', () => {
    const struck = (fault: Fault, times: number) =>
      countFault({ [fault.key]: times - 1 }, fault, ACTIVITY_POLICIES.reboot.retry.maximumFaults).final;
    expect([9, 10].map((times) => struck(away, times))).toEqual([false, true]);
    expect([2, 3].map((times) => struck(broken, times))).toEqual([false, true]);
  });
});

describe('a tally', () => {
  const faults = fc.array(
    fc.constantFrom(...INSTALL_ERROR_TYPES.map(installError), broken, away, stop('FELL_BACK', 'x')),
    { maxLength: 30 },
  );

  it('counts each kind by itself, in whatever order they come, also through JSON', () => {
    fc.assert(
      fc.property(faults, (list) => {
        let tally: FaultTally = NO_FAULTS;
        list.forEach((fault, index) => {
          const counted = countFault(tally, fault);
          const times = list.slice(0, index + 1).filter(({ key }) => key === fault.key).length;
          expect(counted.tally[fault.key]).toBe(times);
          const limit = fault.kind === 'stop' ? 1 : (fault.maxTimes ?? Infinity);
          expect(counted.final).toBe(times >= limit);
          tally = faultTallyOf(JSON.parse(JSON.stringify(counted.tally)));
          expect(tally).toEqual(counted.tally);
        });
      }),
    );
  });

  it('of one kind is not used up by another', () => {
    const often = Array.from({ length: 9 }).reduce<FaultTally>(
      (tally) => countFault(tally, away).tally,
      NO_FAULTS,
    );
    expect(countFault(often, installError('SYNC_FAIL')).final).toBe(false);
  });

  it('is none where a heartbeat carried something else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const tally = faultTallyOf(value);
        for (const times of Object.values(tally)) expect(times).toBeGreaterThan(0);
        expect(countFault(tally, retry('INSTALL_FAILED', 'x')).final).toBe(false);
      }),
    );
    expect(faultTallyOf([3])).toEqual({});
    expect(faultTallyOf({ SYNC_FAIL: 'often', INTEGRITY_FAIL: -1, x: 2 })).toEqual({ x: 2 });
  });
});
