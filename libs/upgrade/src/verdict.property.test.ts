import fc from 'fast-check';
import {
  ACTIVATE_ERROR_TYPES,
  classifyActivate,
  classifyInstall,
  classifyReboot,
  classifyVerify,
  INSTALL_ERROR_TYPES,
  LONGEST_REASON,
  mayHaveHappened,
  mayPass,
  RPC_CODES,
  type InstallErrorType,
  type InstallOutcome,
  type RpcCode,
  STANDBY_STATES,
  type Standby,
  type Verdict,
  type VerifyExpectation,
  type VerifyOutcome,
} from './index.js';

const expected: VerifyExpectation = { target: '2.0.0', previous: '1.0.0', standby: 'none' };
const rpcError = (code: RpcCode) => ({ kind: 'rpc-error', code, message: 'm' }) as const;
const verifyAnswer = (
  version: string,
  activationFailMessage = '',
  standby: Standby = { kind: 'not-reported' },
): VerifyOutcome => ({
  kind: 'answer',
  version,
  activationFailMessage,
  standby,
  individualSupervisorInstall: false,
});
const present = (version: string, activationFailMessage = ''): Standby => ({
  kind: 'present',
  id: 'B',
  version,
  activationFailMessage,
});

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

  it('keeps the beginning of a long detail, without secrets', () => {
    const detail = `password=hunter2 ${'x'.repeat(100_000)}`;
    const { reason } = fault(classifyInstall({ kind: 'install-error', type: 'TOO_LARGE', detail }));
    expect(reason.text).toMatch(/TOO_LARGE: password=\[redacted\] x+…$/);
    expect(reason.text).toHaveLength(LONGEST_REASON + 1);
  });

  it('says the protocol’s own word for the error to machines', () => {
    const verdict = classifyInstall({ kind: 'install-error', type: 'TOO_LARGE', detail: '' });
    expect(verdict).toMatchObject({ details: { gnoi_error: 'TOO_LARGE' } });
    expect(classifyInstall(rpcError('ABORTED'))).toMatchObject({ details: { grpc_status: 'ABORTED' } });
  });

  it('of a file that is not what its manifest says is the image’s fault', () => {
    const verdict = classifyInstall({ kind: 'source-mismatch', expected: 'a', actual: 'b' });
    expect(verdict).toMatchObject({ kind: 'stop', reason: { code: 'IMAGE_DAMAGED' } });
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
      expect(verdict).toMatchObject({ kind: 'stop', reason: { code: 'DEVICE_IDENTITY_MISMATCH' } });
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
    expect(code(classifyVerify(verifyAnswer('2.0.0', 'kernel panic'), expected))).toBe('VERIFY_FAILED');
  });

  it.each<[string, Standby, Record<VerifyExpectation['standby'], Verdict['kind']>]>([
    ['on the version', present('2.0.0'), { none: 'go-on', any: 'go-on', 'same-version': 'go-on' }],
    ['on the old version', present('1.0.0'), { none: 'go-on', any: 'go-on', 'same-version': 'retry' }],
    [
      'that activates',
      present('1.0.0', 'in-progress'),
      { none: 'go-on', any: 'retry', 'same-version': 'retry' },
    ],
    ['that fell back', present('1.0.0', 'no disk'), { none: 'go-on', any: 'stop', 'same-version': 'stop' }],
    ['not told of', { kind: 'not-reported' }, { none: 'go-on', any: 'retry', 'same-version': 'retry' }],
    ...STANDBY_STATES.map(
      (state): [string, Standby, Record<VerifyExpectation['standby'], Verdict['kind']>] => [
        state,
        { kind: 'state', state },
        { none: 'go-on', any: 'retry', 'same-version': 'retry' },
      ],
    ),
  ])('judges a standby %s by what is expected of it', (_name, standby, kinds) => {
    for (const [wanted, kind] of Object.entries(kinds)) {
      const asked = { ...expected, standby: wanted as VerifyExpectation['standby'] };
      const verdict = classifyVerify(verifyAnswer('2.0.0', '', standby), asked);
      expect([wanted, verdict.kind]).toEqual([wanted, kind]);
      if (verdict.kind !== 'go-on') expect(verdict.reason.code).toBe('VERIFY_FAILED');
    }
  });

  it('never lets a standby hide what the active supervisor says', () => {
    const asked: VerifyExpectation = { ...expected, standby: 'same-version' };
    const verdict = classifyVerify(verifyAnswer('1.0.0', '', present('2.0.0')), asked);
    expect(fault(verdict).reason.code).toBe('FELL_BACK');
  });
});

function fault(verdict: Verdict) {
  if (verdict.kind === 'go-on') throw new Error('a fault was expected');
  return verdict;
}
