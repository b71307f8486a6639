import fc from 'fast-check';
import {
  ACTIVATE_ERROR_TYPES,
  classifyActivate,
  classifyInstall,
  classifyReboot,
  classifyVerify,
  INSTALL_ERROR_TYPES,
  isFinal,
  mayHaveHappened,
  mayPass,
  RPC_CODES,
  type InstallErrorType,
  type InstallOutcome,
  type RpcCode,
  type Verdict,
} from './index.js';

const expected = { target: '2.0.0', previous: '1.0.0' };
const rpcError = (code: RpcCode) => ({ kind: 'rpc-error', code, message: 'm' }) as const;
const verifyAnswer = (version: string, activationFailMessage = '') =>
  ({
    kind: 'answer',
    version,
    activationFailMessage,
    standby: { kind: 'not-reported' },
    individualSupervisorInstall: false,
  }) as const;

const NEVER_RETRIED: readonly InstallErrorType[] = [
  'INCOMPATIBLE',
  'TOO_LARGE',
  'PARSE_FAIL',
  'NOT_SUPPORTED_ON_BACKUP',
  'INSTALL_RUN_PACKAGE',
];

const installOutcome: fc.Arbitrary<InstallOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant('validated' as const),
    version: fc.string(),
    transferred: fc.boolean(),
    bytes: fc.nat(),
  }),
  fc.record({ kind: fc.constant('validated-other' as const), asked: fc.string(), answered: fc.string() }),
  fc.record({
    kind: fc.constant('install-error' as const),
    type: fc.constantFrom(...INSTALL_ERROR_TYPES),
    detail: fc.string(),
  }),
  fc.record({ kind: fc.constant('stalled' as const), afterMs: fc.nat(), bytes: fc.nat() }),
  fc.record({ kind: fc.constant('source-mismatch' as const), expected: fc.string(), actual: fc.string() }),
  fc.record({ kind: fc.constant('source-unreadable' as const), message: fc.string() }),
  fc.record({ kind: fc.constant('protocol-violation' as const), message: fc.string() }),
  fc.constantFrom(...RPC_CODES).map(rpcError),
);

describe('an Install', () => {
  it('goes on only when the version asked for was validated', () => {
    fc.assert(
      fc.property(installOutcome, (outcome) => {
        expect(classifyInstall(outcome).kind === 'go-on').toBe(outcome.kind === 'validated');
      }),
    );
  });

  it.each(INSTALL_ERROR_TYPES)('that ends with %s is retried exactly where it can help', (type) => {
    const verdict = classifyInstall({ kind: 'install-error', type, detail: 'why' });
    expect(verdict.kind).toBe(NEVER_RETRIED.includes(type) ? 'stop' : 'retry');
    expect(verdict).toMatchObject({ reason: { code: 'INSTALL_FAILED' }, state: 'FAILED' });
  });

  it('names the kind of error and its detail', () => {
    const verdict = classifyInstall({ kind: 'install-error', type: 'TOO_LARGE', detail: 'disk full' });
    expect(verdict).toMatchObject({ reason: { text: expect.stringMatching(/TOO_LARGE.*disk full/) } });
  });

  it('is tried once more after INTEGRITY_FAIL, and no more', () => {
    const verdict = fault(classifyInstall({ kind: 'install-error', type: 'INTEGRITY_FAIL', detail: '' }));
    expect([isFinal(verdict, 1), isFinal(verdict, 2)]).toEqual([false, true]);
  });
});

describe('a gRPC status', () => {
  it.each(RPC_CODES)(
    '%s that leaves the effect open is never final for calls that may be repeated',
    (code) => {
      if (mayHaveHappened(code)) expect(mayPass(code)).toBe(true);
    },
  );

  it.each(RPC_CODES)('%s means the same to Install, Activate and Verify', (code) => {
    const verdicts = [
      classifyInstall(rpcError(code)),
      classifyActivate(rpcError(code)),
      classifyVerify(rpcError(code), expected),
    ];
    for (const verdict of verdicts) expect(verdict.kind).toBe(mayPass(code) ? 'retry' : 'stop');
  });

  it.each(RPC_CODES)('%s after Reboot is never read as "certainly rebooting"', (code) => {
    const verdict = classifyReboot(rpcError(code));
    expect(verdict.kind).not.toBe('sent');
    expect(verdict.kind === 'maybe-sent').toBe(mayHaveHappened(code));
  });

  it('of a stranger’s certificate ends the deployment whatever was called', () => {
    const stranger = { kind: 'identity-mismatch', expected: 'edge-1', message: 'not edge-1' } as const;
    for (const verdict of [
      classifyInstall(stranger),
      classifyActivate(stranger),
      classifyVerify(stranger, expected),
      classifyReboot(stranger),
    ]) {
      expect(verdict.kind).toBe('stop');
    }
  });
});

describe('an Activate', () => {
  it.each(ACTIVATE_ERROR_TYPES)('that ends with %s is an ACTIVATE_FAILED', (type) => {
    const verdict = fault(classifyActivate({ kind: 'activate-error', type, detail: '' }));
    expect(verdict.reason.code).toBe('ACTIVATE_FAILED');
    expect(verdict.kind).toBe(type === 'UNSPECIFIED' ? 'retry' : 'stop');
  });
});

describe('a Verify after the reboot', () => {
  it('succeeds only for the target version with an empty message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('1.0.0', '2.0.0', '3.0.0'),
        fc.constantFrom('', 'in-progress', 'kernel panic'),
        (version, message) => {
          const verdict = classifyVerify(verifyAnswer(version, message), expected);
          expect(verdict.kind === 'go-on').toBe(version === '2.0.0' && message === '');
        },
      ),
    );
  });

  it('waits for "in-progress" and calls everything else by its name', () => {
    expect(classifyVerify(verifyAnswer('1.0.0', 'in-progress'), expected).kind).toBe('retry');
    const code = (verdict: Verdict) => fault(verdict).reason.code;
    expect(code(classifyVerify(verifyAnswer('1.0.0', 'kernel panic'), expected))).toBe('FELL_BACK');
    expect(code(classifyVerify(verifyAnswer('1.0.0'), expected))).toBe('FELL_BACK');
    expect(code(classifyVerify(verifyAnswer('3.0.0'), expected))).toBe('VERIFY_FAILED');
  });
});

function fault(verdict: Verdict) {
  if (verdict.kind === 'go-on') throw new Error('a fault was expected');
  return verdict;
}
