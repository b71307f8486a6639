import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { startTelemetry } from './start-telemetry.js';

let receiver: Server;
let endpoint: string;
const received: { path: string | undefined; contentType: string | undefined; body: Buffer }[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url,
        contentType: request.headers['content-type'],
        body: Buffer.concat(chunks),
      });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => receiver.close(resolve)));

test('with an endpoint, shutdown flushes the spans as OTLP over http/protobuf', async () => {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
  const telemetry = startTelemetry({
    serviceName: 'ingest',
    env: { ...process.env, OTEL_METRICS_EXPORTER: 'none' },
  });
  expect(telemetry.tracing).toBeDefined();

  const outgoing: Record<string, string> = {};
  const span = trace.getTracer('test').startSpan('process deployment-requests');
  context.with(trace.setSpan(context.active(), span), () => propagation.inject(context.active(), outgoing));
  span.end();
  const unsampled = propagation.extract(ROOT_CONTEXT, {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
  });
  const below = trace.getTracer('test').startSpan('of an unsampled request', {}, unsampled);
  expect(below.isRecording()).toBe(true);
  below.end();
  const failed = trace.getTracer('test').startSpan('of an address with a password');
  failed.recordException(new Error('redis://ana:hunter2@recorded'));
  failed.setStatus({ code: SpanStatusCode.ERROR, message: 'redis://ana:hunter2@status' });
  failed.end();
  expect(outgoing['traceparent']).toContain(span.spanContext().traceId);
  await telemetry.shutdown();

  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ path: '/v1/traces', contentType: 'application/x-protobuf' });
  const body = received[0]?.body.toString('latin1') ?? '';
  expect(body).toContain('process deployment-requests');
  expect(body).toContain('of an unsampled request');
  expect(body).toContain('ingest');
  expect(body).toContain('redis://[redacted]@recorded');
  expect(body).toContain('redis://[redacted]@status');
  expect(body).not.toContain('hunter2');
});
