import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import type { InstallOutcome } from '@vecino/upgrade';
import fc from 'fast-check';
import type { InstallRequest, InstallResponse } from './gen/gnoi/os.js';
import { runInstall } from './install.js';
import type { InstallStream } from './install-stream.js';
import { rpcFault } from './rpc-fault.js';
import { answers } from './testing/scripted-target.js';

const VERSION = '2.0.0';
const content = Buffer.alloc(100_000, 'x');

/** What a target does, one step after the other; it ends each stream with a status. */
type Step = 'ready' | 'progress' | 'sync' | 'validated' | 'validated-other' | 'error' | 'empty';

const MESSAGES: Record<Step, InstallResponse> = {
  ready: answers.ready,
  progress: answers.progress(1n),
  sync: answers.sync(50),
  validated: answers.validated(VERSION),
  'validated-other': answers.validated('6.6.6'),
  error: answers.installError(5, 'in use'),
  empty: { response: undefined },
};

const steps = fc.array(fc.constantFrom(...(Object.keys(MESSAGES) as Step[])), { maxLength: 8 });
const ends = fc.constantFrom(status.OK, status.INTERNAL, status.UNAVAILABLE);
/** Turns of the event loop between two steps: the sender gets further or less far. */
const pace = fc.integer({ min: 0, max: 5 });

/** The connection's side of an Install without a network. */
class FakeCall extends EventEmitter {
  readonly written: string[] = [];
  #over = false;

  write(message: InstallRequest, done: () => void = () => undefined): boolean {
    this.written.push(message.request?.$case ?? 'none');
    setImmediate(done);
    return true;
  }

  end(): void {
    // The target ends the stream itself.
  }

  cancel(): void {
    this.finish(status.CANCELLED);
  }

  finish(code: status): void {
    if (this.#over) return;
    this.#over = true;
    setImmediate(() => this.emit('status', { code, details: 'over' }));
  }
}

async function play(script: readonly Step[], end: status, turns: number) {
  const call = new FakeCall();
  const image = {
    version: VERSION,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    open: async function* () {
      yield content.subarray(0, 70_000);
      yield content.subarray(70_000);
    },
  };
  const options = { image, stallMs: 10_000, validateMs: 10_000 };
  const running = runInstall(call as unknown as InstallStream, options, (error) =>
    rpcFault(error, undefined),
  );
  for (const step of script) {
    call.emit('data', MESSAGES[step]);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  call.finish(end);
  return { outcome: await running, written: call.written };
}

/** Whether what a target said allows to call the image installed. */
const mayBeValidated = (script: readonly Step[]): boolean => {
  const first = script.find((step) => !['ready', 'progress', 'sync'].includes(step));
  return first === 'validated' && !script.includes('error');
};

describe('whatever a target says in whatever order, an Install', () => {
  const forAll = (check: (script: Step[], end: status, outcome: InstallOutcome, written: string[]) => void) =>
    fc.assert(
      fc.asyncProperty(steps, ends, pace, async (script, end, turns) => {
        const { outcome, written } = await play(script, end, turns);
        check(script, end, outcome, written);
      }),
    );

  it('is validated only when the target said so first, for this version, and never took it back', () =>
    forAll((script, _end, outcome) => {
      if (outcome.kind === 'validated') {
        expect(mayBeValidated(script)).toBe(true);
        expect(outcome.bytes).toBe(outcome.transferred ? content.length : 0);
      }
      if (mayBeValidated(script) && !script.includes('ready')) expect(outcome.kind).toBe('validated');
    }));

  it('has failed when the target named an error, whatever the status of the stream', () =>
    forAll((script, _end, outcome) => {
      if (script.includes('error')) {
        expect(outcome).toEqual({ kind: 'install-error', type: 'INSTALL_RUN_PACKAGE', detail: 'in use' });
      } else {
        expect(outcome.kind).not.toBe('install-error');
      }
    }));

  it('ends with the status of the stream only without an answer', () =>
    forAll((script, end, outcome) => {
      const answered = script.some((step) => !['ready', 'progress', 'sync'].includes(step));
      if (answered) expect(outcome.kind).not.toBe('rpc-error');
      else expect(outcome.kind).toBe(end === status.OK ? 'protocol-violation' : 'rpc-error');
    }));

  it('sends content only to a target that is ready, and the end at most once, as the last', () =>
    forAll((script, _end, _outcome, written) => {
      expect(written[0]).toBe('transferRequest');
      if (!script.includes('ready')) expect(written).toEqual(['transferRequest']);
      const at = written.indexOf('transferEnd');
      expect(at === -1 || at === written.length - 1).toBe(true);
      if (at !== -1) expect(written.filter((kind) => kind === 'transferContent')).toHaveLength(3);
    }));
});
