import { SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { redactSpans } from './redact-spans.js';

const exported = new InMemorySpanExporter();
const provider = new BasicTracerProvider({
  spanProcessors: [redactSpans(new SimpleSpanProcessor(exported))],
});

function exportedOf(attributes: Record<string, string | number | string[]>, error?: Error) {
  exported.reset();
  const span = provider.getTracer('test').startSpan('take', { attributes });
  if (error !== undefined) {
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  span.end();
  const [seen] = exported.getFinishedSpans();
  if (seen === undefined) throw new Error('no span was exported');
  return seen;
}

test('why it failed is told without secrets, and so is each event', () => {
  const { status, events } = exportedOf({}, new Error('cannot reach redis://ana:hunter2@redis'));
  expect(status.message).toBe('cannot reach redis://[redacted]@redis');
  expect(events).toMatchObject([
    { attributes: { 'exception.message': 'cannot reach redis://[redacted]@redis' } },
  ]);
  expect(JSON.stringify(events)).not.toContain('hunter2');
});

test('attributes hold no secrets, neither in their text nor by their name', () => {
  const { attributes } = exportedOf({
    'db.query': 'AUTH with password=hunter2',
    'http.request.header.authorization': 'hunter2',
    tried: ['Bearer hunter2-hunter2', 'nothing'],
  });
  expect(attributes).toEqual({
    'db.query': 'AUTH with password=[redacted]',
    'http.request.header.authorization': '[redacted]',
    tried: ['Bearer [redacted]', 'nothing'],
  });
});

test('a secret is known by its name each time, and behind more names than are remembered', () => {
  const names = Array.from({ length: 2_000 }, (_, n) => `header.${n}`);
  for (const name of ['a.password', ...names, 'b.password', 'a.password'])
    expect(exportedOf({ [name]: 'x' }).attributes).toEqual({
      [name]: name.endsWith('password') ? '[redacted]' : 'x',
    });
});

test('what is no secret stays', () => {
  const said = { 'vecino.tenant.id': 'acme', 'vecino.batch.items': 3, 'server.address': 'redis' };
  expect(exportedOf(said).attributes).toEqual(said);
});
