import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { VecinoError } from '@vecino/foundation';
import { EXIT_CODES } from './exit-codes.js';
import { type OwnProcess, runService, type ServiceConfig, type ServiceRecipe } from './run-service.js';
import type { Service } from './service.js';

const CONFIG: ServiceConfig = { logLevel: 'error' };
const never = new Promise<never>(() => undefined);

/** As much of a process as a service needs. */
class FakeProcess extends EventEmitter {
  env: NodeJS.ProcessEnv = {};
  stdout: OwnProcess['stdout'] = { write: () => true };
}

function run(
  service: Partial<Service>,
  more: Partial<ServiceRecipe<ServiceConfig>> = {},
  own = new FakeProcess(),
) {
  const whole: Service = {
    checks: [],
    pulses: [],
    start: async () => ({}),
    stop: async () => undefined,
    ...service,
  };
  const said: string[] = [];
  const recipe: ServiceRecipe<ServiceConfig> = {
    name: 'ingest',
    parseConfig: () => ({ ok: true, config: CONFIG }),
    create: () => whole,
    ...more,
  };
  const code = runService(own, recipe, { write: (line) => void said.push(line) });
  const lines = () => said.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { own, code, said, lines };
}

test('ends in order when told, whichever signal it is, also while it still starts', async () => {
  for (const start of [async () => ({}), () => never])
    for (const signal of ['SIGTERM', 'SIGINT']) {
      const stop = jest.fn(async () => undefined);
      const { own, code } = run({ start, stop });
      own.emit(signal);
      expect(await code).toBe(EXIT_CODES.inOrder);
      expect(stop).toHaveBeenCalledTimes(1);
      expect(own.listenerCount('SIGTERM')).toBe(0);
    }
});

test('is cut off when the time is over', async () => {
  const { own, code } = run({ stop: () => never }, { stopWithinMs: () => 20 });
  own.emit('SIGTERM');
  expect(await code).toBe(EXIT_CODES.cutOff);
});

test('is cut off at once when told a second time', async () => {
  const { own, code } = run({ stop: () => never });
  own.emit('SIGTERM');
  own.emit('SIGINT');
  expect(await code).toBe(EXIT_CODES.toldTwice);
});

test('says that something had to be abandoned', async () => {
  const { own, code } = run({ stop: () => Promise.reject(new Error('an activity hangs')) });
  own.emit('SIGTERM');
  expect(await code).toBe(EXIT_CODES.cutOff);
});

test('a configuration at fault ends it with all faults in one line, and nothing is made', async () => {
  const create = jest.fn();
  const parseConfig = () => ({ ok: false as const, faults: ['A: is', 'B: are'] });
  const { code, lines } = run({}, { create, parseConfig });
  expect(await code).toBe(EXIT_CODES.misconfigured);
  expect(lines()).toMatchObject([
    {
      level: 'error',
      service: 'ingest',
      code: 'MISCONFIGURED',
      faults: ['A: is', 'B: are'],
      exit_code: EXIT_CODES.misconfigured,
      next: expect.stringContaining('mend'),
      msg: 'the configuration is at fault: nothing is started',
    },
  ]);
  expect(create).not.toHaveBeenCalled();
});

test('what is wrong with a configuration is told without secrets, and else as it is', async () => {
  const faults = [
    'KAFKA_BROKERS: "SASL_SSL://ana:hunter2@one:9092" is not host:port',
    'KAFKA_SASL_PASSWORD: required with plain',
  ];
  const { code, lines } = run({}, { parseConfig: () => ({ ok: false, faults }) });
  await code;
  expect(lines()).toMatchObject([
    {
      faults: [
        'KAFKA_BROKERS: "SASL_SSL://[redacted]@one:9092" is not host:port',
        'KAFKA_SASL_PASSWORD: required with plain',
      ],
    },
  ]);
});

test.each([
  [{}, true],
  [{ NO_COLOR: '' }, true],
  [{ NO_COLOR: '1' }, false],
])('on a terminal it is told for people, in colours where nobody forbids them: %j', async (env, colored) => {
  const own = Object.assign(new FakeProcess(), { env, stdout: { isTTY: true, write: () => true } });
  const { code, said } = run({}, { parseConfig: () => ({ ok: false, faults: ['A: is'] }) }, own);
  await code;
  expect(said.join('')).toContain('the configuration is at fault');
  expect(said.join('')).toContain('A: is');
  expect(said.join('')).not.toContain('{"level"');
  expect(said.join('').includes('\u001b[')).toBe(colored);
});

test.each([
  ['retry', EXIT_CODES.fault],
  ['terminal', EXIT_CODES.misconfigured],
] as const)(
  'a start that fails and may be %s is told, and what was opened is closed',
  async (disposition, exit) => {
    const stop = jest.fn(async () => undefined);
    const start = () => Promise.reject(new VecinoError('X', 'cannot', { disposition }));
    const { code, lines } = run({ start, stop });
    expect(await code).toBe(exit);
    expect(lines()).toMatchObject([
      { level: 'error', msg: 'cannot start', code: 'X', err: { message: 'cannot' }, exit_code: exit },
    ]);
    expect(stop).toHaveBeenCalledTimes(1);
  },
);

test('why it could not start is told without secrets', async () => {
  const start = () => Promise.reject(new Error('cannot reach redis://ana:hunter2@redis'));
  const { code, said, lines } = run({ start });
  await code;
  expect(said.join('')).not.toContain('hunter2');
  expect(lines()).toMatchObject([{ err: { message: 'cannot reach redis://[redacted]@redis' } }]);
});

test('a fault that nobody caught is told, and ends it: nothing is stopped in order', async () => {
  const stop = jest.fn(async () => undefined);
  const { own, code, lines } = run({ stop });
  own.emit('uncaughtException', new Error('boom'), 'unhandledRejection');
  own.emit('uncaughtException', new Error('again'), 'uncaughtException');
  expect(await code).toBe(EXIT_CODES.fault);
  expect(lines()).toMatchObject([
    { level: 'error', code: 'UNHANDLED_REJECTION', err: { message: 'boom' }, exit_code: EXIT_CODES.fault },
    { level: 'error', code: 'UNCAUGHT_EXCEPTION', err: { message: 'again' } },
  ]);
  expect(stop).not.toHaveBeenCalled();
  expect(own.listenerCount('uncaughtException')).toBe(0);
});

test('a fault that nobody caught while it ends is the reason of its end', async () => {
  let stopped = (): void => undefined;
  const stop = () => new Promise<void>((resolve) => (stopped = resolve));
  const { own, code } = run({ stop });
  own.emit('SIGTERM');
  await new Promise((resolve) => setImmediate(resolve));
  own.emit('uncaughtException', new Error('boom'), 'uncaughtException');
  stopped();
  expect(await code).toBe(EXIT_CODES.fault);
});

test('an address that cannot be had ends it before it starts', async () => {
  const start = jest.fn(async () => ({}));
  const healthAddress = { host: '203.0.113.1', port: 1 };
  const parseConfig = () => ({ ok: true as const, config: { ...CONFIG, healthAddress } });
  const { code, said } = run({ start }, { parseConfig });
  expect(await code).toBe(EXIT_CODES.fault);
  expect(said.join('')).toContain('VECINO_HEALTH_ADDRESS: cannot listen at 203.0.113.1:1');
  expect(start).not.toHaveBeenCalled();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('is ready once it has started, and no more from the signal on, while it still ends', async () => {
  const healthAddress = { host: '127.0.0.1', port: await freePort() };
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${healthAddress.port}${path}`);
    return { status: response.status, ...((await response.json()) as object) };
  };
  const seen: unknown[] = [];
  let started = (): void => undefined;
  const { own, code } = run(
    {
      start: async () => {
        seen.push(await ask('/readyz'));
        setImmediate(() => started());
        return {};
      },
      stop: async () => void seen.push(await ask('/readyz'), await ask('/livez')),
    },
    { parseConfig: () => ({ ok: true, config: { ...CONFIG, healthAddress } }) },
  );
  await new Promise<void>((resolve) => (started = resolve));
  seen.push(await ask('/readyz'));
  own.emit('SIGTERM');
  expect(await code).toBe(EXIT_CODES.inOrder);
  expect(seen).toMatchObject([
    { status: 503, phase: 'starting' },
    { status: 200, phase: 'running' },
    { status: 503, phase: 'stopping' },
    { status: 200, alive: true },
  ]);
  await expect(ask('/livez')).rejects.toThrow('fetch failed');
});
