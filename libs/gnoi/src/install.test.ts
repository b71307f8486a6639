import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { InstallOutcome } from '@vecino/upgrade';
import { connectDevice, type DeviceConnection } from './device-connection.js';
import { CHUNK_BYTES, type InstallImage, type InstallOptions } from './install.js';
import { answers, finish, startTarget, type InstallStream, type Target } from './testing/scripted-target.js';

const content = Buffer.alloc(5 * CHUNK_BYTES + 17, 'vecino');

const imageOf = (over: Partial<InstallImage> = {}): InstallImage => ({
  version: '2.0.0',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  open: async function* () {
    yield content;
  },
  ...over,
});

const endless = async function* () {
  for (;;) yield Buffer.alloc(CHUNK_BYTES);
};

let target: Target | undefined;
let device: DeviceConnection | undefined;
afterEach(() => {
  device?.close();
  target?.stop();
});

async function installOn(
  install: (stream: InstallStream) => void,
  options: Partial<InstallOptions> = {},
): Promise<InstallOutcome> {
  target = await startTarget({ install });
  device = connectDevice({ address: '127.0.0.1', port: target.port });
  return device.os.install({ image: imageOf(), ...options });
}

type RequestCase = 'transferRequest' | 'transferContent' | 'transferEnd';

/** Calls `act` for each request of the kind. */
const on = (stream: InstallStream, kind: RequestCase, act: (value: unknown) => void): void =>
  void stream.on('data', ({ request }) => {
    if (request?.$case === kind) act(request.value);
  });

describe('an Install', () => {
  it('sends the whole image in chunks of 64 KiB and reports both sides’ progress', async () => {
    const received: Buffer[] = [];
    const asked: unknown[] = [];
    const progress: { sent: number; received: number }[] = [];
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', (request) => {
          asked.push(request);
          stream.write(answers.ready);
        });
        on(stream, 'transferContent', (piece) => received.push(piece as Buffer));
        on(stream, 'transferEnd', () => {
          stream.write(answers.progress(BigInt(content.length)));
          stream.write(answers.validated('2.0.0'));
          stream.end();
        });
      },
      { onProgress: (step) => progress.push(step) },
    );
    expect(outcome).toEqual({
      kind: 'validated',
      version: '2.0.0',
      transferred: true,
      bytes: content.length,
    });
    expect(asked).toEqual([
      { version: '2.0.0', standbySupervisor: false, packageSize: BigInt(content.length) },
    ]);
    expect(Buffer.concat(received).equals(content)).toBe(true);
    expect(Math.max(...received.map(({ length }) => length))).toBe(CHUNK_BYTES);
    expect(progress.at(-1)).toMatchObject({ sent: content.length, received: content.length });
  });

  it('sends no content to a target that holds the image', async () => {
    const outcome = await installOn((stream) => {
      on(stream, 'transferRequest', () => finish(stream, answers.validated('2.0.0')));
    });
    expect(outcome).toEqual({ kind: 'validated', version: '2.0.0', transferred: false, bytes: 0 });
  });

  it('waits while the target copies the image from its other supervisor', async () => {
    const percents: (number | undefined)[] = [];
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => {
          for (const percent of [10, 100]) stream.write(answers.sync(percent));
          finish(stream, answers.validated('2.0.0'));
        });
      },
      { onProgress: ({ syncPercent }) => percents.push(syncPercent) },
    );
    expect(outcome).toMatchObject({ kind: 'validated', transferred: false });
    expect(percents).toEqual([10, 100]);
  });

  it('notices that the target validated another version', async () => {
    const outcome = await installOn((stream) => {
      on(stream, 'transferRequest', () => finish(stream, answers.validated('6.6.6')));
    });
    expect(outcome).toEqual({ kind: 'validated-other', asked: '2.0.0', answered: '6.6.6' });
  });

  it.each([false, true])('believes the message, with a gRPC error after it: %s', async (alsoError) => {
    const outcome = await installOn((stream) => {
      on(stream, 'transferRequest', () => {
        stream.write(answers.installError(2, 'disk full'));
        if (alsoError) stream.emit('error', { code: status.INTERNAL, details: 'install failed' });
        else stream.end();
      });
    });
    expect(outcome).toEqual({ kind: 'install-error', type: 'TOO_LARGE', detail: 'disk full' });
  });

  it('believes the worse of two answers', async () => {
    const outcome = await installOn((stream) => {
      on(stream, 'transferRequest', () => {
        stream.write(answers.validated('2.0.0'));
        finish(stream, answers.installError(8, 'standby lost'));
      });
    });
    expect(outcome).toEqual({ kind: 'install-error', type: 'SYNC_FAIL', detail: 'standby lost' });
  });

  it('believes the worse of two answers in the other order as well', async () => {
    const outcome = await installOn((stream) => {
      on(stream, 'transferRequest', () => {
        stream.write(answers.installError(4, 'bad checksum'));
        finish(stream, answers.validated('2.0.0'));
      });
    });
    expect(outcome).toMatchObject({ kind: 'install-error', type: 'INTEGRITY_FAIL' });
  });

  it('takes an error of a type that is younger than this driver', async () => {
    const outcome = await installOn((stream) =>
      on(stream, 'transferRequest', () => finish(stream, answers.installError(99 as never, 'new'))),
    );
    expect(outcome).toEqual({ kind: 'install-error', type: 'UNSPECIFIED', detail: 'new' });
  });

  it('sends the image after all where the copy between supervisors came to nothing', async () => {
    const asked: unknown[] = [];
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', (request) => {
          asked.push(request);
          stream.write(answers.sync(30));
          stream.write(answers.ready);
        });
        on(stream, 'transferEnd', () => finish(stream, answers.validated('2.0.0')));
      },
      { standbySupervisor: true },
    );
    expect(asked).toMatchObject([{ standbySupervisor: true }]);
    expect(outcome).toMatchObject({ kind: 'validated', transferred: true, bytes: content.length });
  });

  it('sends the image once, however often the target says that it is ready', async () => {
    let pieces = 0;
    const outcome = await installOn((stream) => {
      on(stream, 'transferRequest', () => {
        stream.write(answers.ready);
        stream.write(answers.ready);
      });
      on(stream, 'transferContent', () => (pieces += 1));
      on(stream, 'transferEnd', () => finish(stream, answers.validated('2.0.0')));
    });
    expect(outcome).toMatchObject({ kind: 'validated', bytes: content.length });
    expect(pieces).toBe(6);
  });

  it('ends when the connection breaks in the middle', async () => {
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferContent', () => target?.breakOff());
      },
      { image: imageOf({ open: endless }) },
    );
    expect(outcome).toMatchObject({ kind: 'rpc-error', code: 'UNAVAILABLE' });
  });

  it('calls a message without content a violation', async () => {
    const outcome = await installOn((stream) =>
      on(stream, 'transferRequest', () => finish(stream, { response: undefined })),
    );
    expect(outcome).toMatchObject({ kind: 'protocol-violation', message: 'an empty InstallResponse' });
  });

  it('stops sending when the target gives up in the middle', async () => {
    let pieces = 0;
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferContent', () => {
          pieces += 1;
          if (pieces === 3) finish(stream, answers.installError(3, 'no package'));
        });
      },
      { image: imageOf({ open: endless }) },
    );
    expect(outcome).toMatchObject({ kind: 'install-error', type: 'PARSE_FAIL' });
  });

  it.each([
    ['a wrong hash', { sha256: '0'.repeat(64) }],
    ['a wrong size', { bytes: 1 }],
  ])('never completes a transfer of an image with %s', async (_name, over) => {
    let ended = false;
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferEnd', () => (ended = true));
      },
      { image: imageOf(over) },
    );
    expect(outcome.kind).toBe('source-mismatch');
    expect(ended).toBe(false);
  });

  it('ends when the image cannot be read', async () => {
    const broken = async function* () {
      yield content.subarray(0, 10);
      throw new Error('disk gone');
    };
    const outcome = await installOn(
      (stream) => on(stream, 'transferRequest', () => stream.write(answers.ready)),
      { image: imageOf({ open: broken }) },
    );
    expect(outcome).toMatchObject({
      kind: 'source-unreadable',
      message: expect.stringContaining('disk gone'),
    });
  });

  const hanging = async function* () {
    yield content.subarray(0, 10);
    await new Promise(() => undefined);
  };

  it('ends in time when the read of the image hangs', async () => {
    const outcome = await installOn(
      (stream) => on(stream, 'transferRequest', () => stream.write(answers.ready)),
      { image: imageOf({ open: hanging }), stallMs: 200 },
    );
    expect(outcome).toEqual({ kind: 'stalled', afterMs: 200, bytes: 10 });
  });

  it('ends when it is cancelled while the read of the image hangs', async () => {
    const cancelled = new AbortController();
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferContent', () => cancelled.abort());
      },
      { image: imageOf({ open: hanging }), signal: cancelled.signal },
    );
    expect(outcome).toMatchObject({ kind: 'rpc-error', code: 'CANCELLED' });
  });

  it('ends when the target falls silent before it is ready', async () => {
    const outcome = await installOn(() => undefined, { stallMs: 50 });
    expect(outcome).toEqual({ kind: 'stalled', afterMs: 50, bytes: 0 });
  });

  it('gives the target longer to check the image than to take it', async () => {
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferEnd', () => setTimeout(() => finish(stream, answers.validated('2.0.0')), 2_000));
      },
      { stallMs: 1_500 },
    );
    expect(outcome).toMatchObject({ kind: 'validated', transferred: true });
  });

  it('ends when the target checks for ever', async () => {
    const outcome = await installOn(
      (stream) => on(stream, 'transferRequest', () => stream.write(answers.ready)),
      { validateMs: 50 },
    );
    expect(outcome).toEqual({ kind: 'stalled', afterMs: 50, bytes: content.length });
  });

  it('goes on as long as the target shows a sign of life while it checks', async () => {
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferEnd', () => {
          let signs = 0;
          const timer = setInterval(() => {
            signs += 1;
            if (signs <= 10) return stream.write(answers.sync(signs * 10));
            clearInterval(timer);
            return finish(stream, answers.validated('2.0.0'));
          }, 200);
        });
      },
      { validateMs: 1_500 },
    );
    expect(outcome).toMatchObject({ kind: 'validated' });
  });

  it('does not take a target’s word that validates what it has not received', async () => {
    let ended = false;
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => stream.write(answers.ready));
        on(stream, 'transferEnd', () => (ended = true));
        stream.once('data', () => stream.write(answers.validated('2.0.0')));
      },
      { image: imageOf({ open: endless }) },
    );
    expect(outcome).toMatchObject({ kind: 'protocol-violation' });
    expect(ended).toBe(false);
  });

  it('calls a stream that ends without an answer what it is', async () => {
    const outcome = await installOn((stream) => on(stream, 'transferRequest', () => stream.end()));
    expect(outcome.kind).toBe('protocol-violation');
  });

  it('ends with the status when there is no message', async () => {
    const outcome = await installOn((stream) =>
      on(stream, 'transferRequest', () =>
        stream.emit('error', { code: status.PERMISSION_DENIED, details: 'not you' }),
      ),
    );
    expect(outcome).toEqual({ kind: 'rpc-error', code: 'PERMISSION_DENIED', message: 'not you' });
  });

  it('ends when it is cancelled, before or during the transfer', async () => {
    const during = new AbortController();
    const outcome = await installOn((stream) => on(stream, 'transferRequest', () => during.abort()), {
      signal: during.signal,
    });
    expect(outcome).toMatchObject({ kind: 'rpc-error', code: 'CANCELLED' });
    expect(await device?.os.install({ image: imageOf(), signal: AbortSignal.abort() })).toMatchObject({
      kind: 'rpc-error',
      code: 'CANCELLED',
    });
  });

  it('reads no further than a slow target takes', async () => {
    const bytes = 64 * 1024 * 1024;
    let read = 0;
    const huge = async function* () {
      for (; read < bytes; read += CHUNK_BYTES) yield Buffer.alloc(CHUNK_BYTES);
    };
    const outcome = await installOn(
      (stream) => {
        on(stream, 'transferRequest', () => {
          stream.write(answers.ready);
          stream.pause();
        });
      },
      { image: imageOf({ bytes, open: huge }), stallMs: 300 },
    );
    expect(outcome.kind).toBe('stalled');
    expect(read).toBeLessThan(8 * 1024 * 1024);
  });
});
