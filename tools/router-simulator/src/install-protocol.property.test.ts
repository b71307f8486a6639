import fc from 'fast-check';
import { nextInstallStep, type InstallMessage, type InstallState } from './install-protocol.js';

const message: fc.Arbitrary<InstallMessage> = fc.oneof(
  fc.constant({ kind: 'request' } as const),
  fc.record({ kind: fc.constant('content' as const), bytes: fc.nat(1_000) }),
  fc.constant({ kind: 'end' } as const),
  fc.constant({ kind: 'empty' } as const),
);

/** Feeds messages until the first violation, to a router that is ready as soon as it may be. */
function run(messages: readonly InstallMessage[]) {
  let state: InstallState = { kind: 'opened' };
  const accepted: InstallMessage[] = [];
  for (const one of messages) {
    const step = nextInstallStep(state, one);
    if (step.kind === 'violation') return { accepted, state, violation: step.text };
    accepted.push(one);
    state = step.kind === 'admit' ? { kind: 'receiving', bytes: 0 } : step.state;
  }
  return { accepted, state, violation: undefined };
}

describe('the order of an Install', () => {
  it('is one request, then content, then one end, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const kinds = run(messages)
          .accepted.map(({ kind }) => kind[0])
          .join('');
        // request, content …, end
        expect(kinds).toMatch(/^(rc*e?)?$/);
      }),
    );
  });

  it('counts every byte it accepts and no other', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const { accepted, state } = run(messages);
        if (state.kind !== 'receiving') return;
        const sum = accepted.reduce((bytes, one) => bytes + (one.kind === 'content' ? one.bytes : 0), 0);
        expect(state.bytes).toBe(sum);
      }),
    );
  });

  it('takes no content before it is ready', () => {
    fc.assert(
      fc.property(message, (first) => {
        const step = nextInstallStep({ kind: 'opened' }, first);
        expect(step.kind).toBe(first.kind === 'request' ? 'admit' : 'violation');
      }),
    );
  });

  it('takes nothing once it has answered', () => {
    fc.assert(
      fc.property(message, (late) => {
        expect(nextInstallStep({ kind: 'deaf' }, late).kind).toBe('violation');
      }),
    );
  });
});
