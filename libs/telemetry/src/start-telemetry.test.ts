import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { startTelemetry } from './start-telemetry.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('without an exporter no span is recorded, and W3C trace context passes through all the same', async () => {
  const telemetry = startTelemetry({ serviceName: 'ingest', env: {} });
  expect(telemetry.tracing).toBeUndefined();

  const incoming = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate: 'vendor=1' });
  const outgoing: Record<string, string> = {};
  await context.with(incoming, async () => {
    await Promise.resolve();
    trace.getTracer('test').startActiveSpan('process', (span) => {
      expect(span.isRecording()).toBe(false);
      propagation.inject(context.active(), outgoing);
      span.end();
    });
  });
  expect(outgoing).toEqual({ traceparent, tracestate: 'vendor=1' });
  await telemetry.shutdown();
});
