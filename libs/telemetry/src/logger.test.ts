import { trace, TraceFlags, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { VecinoError } from '@vecino/foundation';
import { withLogFields } from './log-context.js';
import { createLogger, type LoggerConfig } from './logger.js';

const written = (config: Partial<LoggerConfig> = {}) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'ingest', level: 'info', destination, ...config });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
};

test('a line is one JSON object with service, level name, time and message', () => {
  const { logger, last } = written();
  logger.info({ tenant_id: 'chogar' }, 'ready');
  expect(last()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    service: 'ingest',
    tenant_id: 'chogar',
    msg: 'ready',
  });
});

test('lines below the level are not written', () => {
  const { logger, lines } = written({ level: 'warn' });
  logger.info({}, 'quiet');
  expect(lines).toEqual([]);
});

test('a child keeps its fields and its parent does not get them', () => {
  const { logger, last } = written();
  logger.child({ tenant_id: 'chogar' }).child({ router_id: 'r1', deployment_id: 'd1' }).warn({}, 'child');
  expect(last()).toMatchObject({ tenant_id: 'chogar', router_id: 'r1', deployment_id: 'd1' });
  logger.warn({}, 'parent');
  expect(last()).not.toHaveProperty('tenant_id');
});

test('the active span is named in the line', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const span = trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  });
  const { logger, last } = written();
  context.with(trace.setSpan(context.active(), span), () => logger.info({}, 'inside'));
  expect(last()).toMatchObject({
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
  });
  logger.info({}, 'outside');
  expect(last()).not.toHaveProperty('trace_id');
});

test('an error is written with its code, data and causes', () => {
  const { logger, last } = written();
  const err = new VecinoError('TEMPORAL_UNAVAILABLE', 'no answer from temporal:7233', {
    disposition: 'retry',
    data: { address: 'temporal:7233' },
    cause: new Error('connect ECONNREFUSED'),
  });
  logger.error({ err }, 'cannot submit');
  expect(last()['err']).toMatchObject({
    code: 'TEMPORAL_UNAVAILABLE',
    disposition: 'retry',
    data: { address: 'temporal:7233' },
    stack: expect.stringContaining('connect ECONNREFUSED'),
  });
});

test('secrets never reach the log', () => {
  const { logger, lines } = written();
  logger.info(
    { password: 'hunter2', sasl: { password: 'hunter2' }, headers: { authorization: 'hunter2' } },
    'x',
  );
  expect(lines.join()).not.toContain('hunter2');
  expect(lines.join()).toContain('[redacted]');
});

test('secrets reach it neither from the depth of a field, nor in an error, nor in an address', () => {
  const { logger, lines } = written();
  const err = new VecinoError('X', 'cannot reach redis://ana:hunter2@redis:6379/0', {
    disposition: 'retry',
    data: { url: 'rediss://:hunter2@redis', mechanism: 'plain', Password: 'hunter2' },
    cause: new Error('at amqp://hunter2@x'),
  });
  const deep = { a: { b: [{ c: { refresh_token: 'hunter2', 'Set-Cookie': 'hunter2' } }] } };
  logger.child({ clientSecret: 'hunter2' }).warn({ err, deep }, 'gave up redis://ana:hunter2@redis');
  expect(lines.join()).not.toContain('hunter2');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    clientSecret: '[redacted]',
    msg: 'gave up redis://[redacted]@redis',
    err: {
      code: 'X',
      data: { url: 'rediss://[redacted]@redis', mechanism: 'plain', Password: '[redacted]' },
    },
  });
});

test('secrets reach it neither in errors below a field, nor in causes, keys, tokens, bytes, or deeper than anybody looks', () => {
  const { logger, lines } = written();
  const cause = Object.assign(
    new Error('cannot use -----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'),
    {
      password: 'hunter2',
    },
  );
  const nested = new VecinoError('X', 'with Bearer hunter2hunter2', {
    disposition: 'retry',
    data: { query: '?token=hunter2&a=1' },
    cause,
  });
  const deep = { a: { b: { c: { d: { e: { f: { g: { password: 'hunter2' } } } } } } } };
  const circle: Record<string, unknown> = { secret: 'hunter2' };
  circle['again'] = circle;
  class Options {
    readonly password = 'hunter2';
  }
  logger.info(
    {
      tried: [nested],
      options: new Options(),
      at: new URL('redis://ana:hunter2@redis'),
      deep,
      circle,
      tls: { key: Buffer.from('hunter2') },
    },
    'redis://ana:p@ss/hunter2@redis said -----BEGIN EC PRIVATE KEY-----\\nhunter2',
  );
  expect(lines.join()).not.toContain('hunter2');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    tls: { key: '[7 bytes]' },
    msg: 'redis://[redacted]@redis said [redacted]',
    tried: [{ code: 'X', data: { query: '?token=[redacted]&a=1' } }],
  });
});

test('what cannot be read costs neither the line nor the rest of it', () => {
  const { logger, last } = written();
  const broken = {
    get password() {
      throw new Error('hunter2');
    },
    get broken() {
      throw new Error('hunter2');
    },
    tenant_id: 'chogar',
  };
  logger.info(broken, 'still told');
  expect(last()).toMatchObject({ broken: '[unreadable]', tenant_id: 'chogar', msg: 'still told' });
  logger.child(broken).error({ err: Object.freeze(new Error('frozen')) }, 'told too');
  expect(last()).toMatchObject({ broken: '[unreadable]', err: { message: 'frozen' }, msg: 'told too' });
});

test('what is no secret stays', () => {
  const { logger, last } = written();
  const fields = {
    url: 'http://collector:4318/v1',
    tokens: 3,
    task_queue: 'q',
    at: new Date(0),
    mail: 'a@b.c',
  };
  logger.info(fields, 'mail to a@b.c');
  expect(last()).toMatchObject({ ...fields, at: '1970-01-01T00:00:00.000Z', msg: 'mail to a@b.c' });
});

test('pretty output is for people, not JSON', () => {
  const { logger, lines } = written({ pretty: true });
  logger.info({ tenant_id: 'chogar' }, 'ready');
  expect(lines.join('')).toContain('ready');
  expect(lines.join('')).toContain('tenant_id: "chogar"');
});

test.each([true, false])('it has colours only where they are asked for: %s', (colors) => {
  const { logger, lines } = written({ pretty: true, colors });
  logger.error({}, 'cannot start');
  expect(lines.join('').includes('\u001b[')).toBe(colors);
});

test('fields of the context reach every logger, nested ones and awaited code included', async () => {
  const { logger, last } = written();
  await withLogFields({ tenant_id: 'chogar' }, () =>
    withLogFields({ router_id: 'r1' }, async () => {
      await Promise.resolve();
      logger.info({}, 'inside');
    }),
  );
  expect(last()).toMatchObject({ tenant_id: 'chogar', router_id: 'r1' });
  logger.info({}, 'outside');
  expect(last()).not.toHaveProperty('tenant_id');
});
