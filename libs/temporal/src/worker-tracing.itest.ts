import { randomUUID } from 'node:crypto';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { Client } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry';
import { ATTRIBUTES, silentLogger, startTelemetry } from '@vecino/telemetry';
import { startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { connectTemporalClient } from './connect.js';
import { parseTemporalConfig } from './temporal-config.js';
import { tenantLimits } from './tenant-worker.js';
import { createWorkerFleet } from './worker-fleet.js';
import { bundleWorkflows } from './workflow-bundle.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';

test('spans of workflow and activity pass the OTLP serializer, once each, in the trace of the request', async () => {
  const config = parseTemporalConfig(process.env);
  const receiver = await startOtlpReceiver();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.endpoint;
  process.env['OTEL_METRICS_EXPORTER'] = 'none';
  const telemetry = startTelemetry({ serviceName: 'worker-test', env: process.env });
  const temporal = await connectTemporalClient({ config, logger: silentLogger });
  const taskQueue = `tracing-${randomUUID()}`;
  const workflowId = `deployment/chogar/${randomUUID()}`;
  const fleet = createWorkerFleet({
    temporal: config,
    activities: { precheck: () => Promise.resolve('fine') },
    logger: silentLogger,
    ...(telemetry.tracing && { tracing: telemetry.tracing }),
    loadBundle: () =>
      bundleWorkflows({
        tracing: true,
        workflowsPath: require.resolve('../fixtures/throwaway-workflows.ts'),
      }),
  });
  await fleet.assign([{ namespace: config.namespace, taskQueue, limits: tenantLimits(10) }]);

  const traced = new Client({
    connection: temporal.connection,
    namespace: config.namespace,
    interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  });
  const request = propagation.extract(ROOT_CONTEXT, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  await context.with(request, () =>
    traced.workflow.execute('NetworkDeploymentWorkflow', {
      taskQueue,
      workflowId,
      args: [{ tenantId: 'chogar', deploymentId: 'd-1', routerId: 'r1' }],
      memo: { secret: 'not for traces' },
      workflowExecutionTimeout: '30 s',
    }),
  );
  await fleet.stop();
  await telemetry.shutdown();
  await temporal.close();
  await receiver.stop();

  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  const named = (name: string) => spans.find((span) => span.name === name);
  expect(spans.map(({ name }) => name).sort()).toEqual([
    'RunActivity:precheck',
    'RunWorkflow:NetworkDeploymentWorkflow',
    'StartWorkflow:NetworkDeploymentWorkflow',
  ]);
  const parents = [
    ['StartWorkflow:NetworkDeploymentWorkflow', 'RunWorkflow:NetworkDeploymentWorkflow'],
    ['RunWorkflow:NetworkDeploymentWorkflow', 'RunActivity:precheck'],
  ] as const;
  for (const [parent, child] of parents) expect(named(child)?.parentSpanId).toBe(named(parent)?.spanId);
  expect(named('RunActivity:precheck')?.attributes).toMatchObject({
    [ATTRIBUTES.tenantId]: 'chogar',
    [ATTRIBUTES.routerId]: 'r1',
    [ATTRIBUTES.deploymentId]: 'd-1',
    [ATTRIBUTES.attempt]: 1,
    [ATTRIBUTES.waitedMs]: expect.any(Number),
  });
  expect(named('RunWorkflow:NetworkDeploymentWorkflow')?.attributes).toMatchObject({
    [ATTRIBUTES.tenantId]: 'chogar',
    workflowId,
  });
  expect(JSON.stringify(spans)).not.toContain('not for traces');
});
