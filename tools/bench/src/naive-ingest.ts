import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { createRequestDecoder, deploymentIdOf, topics } from '@vecino/contracts';
import { createSlots } from '@vecino/foundation';
import { connectKafka, createBatchConsumer, parseKafkaSettings, type SourceRecord } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { connectTemporalClient, parseTemporalConfig } from '@vecino/temporal';
import { ownTaskQueueOf, POOL_TASK_QUEUE } from '@vecino/tenancy';
import { DEPLOYMENT_WORKFLOW_TYPE, type DeploymentInput, deploymentWorkflowId } from '@vecino/workflows';

/** Starts under way at once, over all partitions. */
const CONCURRENCY = 64;

/**
 * The design that Vecino is measured against, written well: one `workflow.start` per record, many at once, offsets
 * committed only behind what Temporal has, redelivery harmless by workflow id. With `--shared-queue` all tenants' deployments go
 * to the pool's task queue, as where nothing but the workers' number was thought of.
 */
async function main(): Promise<void> {
  const prefix = process.env['VECINO_TOPIC_PREFIX'] ?? '';
  const { settings } = parseKafkaSettings(process.env);
  if (settings === undefined) throw new Error('KAFKA_BROKERS is needed');
  const kafka = connectKafka(settings, 'naive-ingest', silentLogger);
  const { client } = await connectTemporalClient({
    config: parseTemporalConfig(process.env),
    logger: silentLogger,
  });
  const decoder = createRequestDecoder();
  const shared = process.argv.includes('--shared-queue');
  const slots = createSlots(CONCURRENCY);

  async function startOne(topic: string, partition: number, record: SourceRecord): Promise<void> {
    const decoded = await decoder.decode(record);
    if (!decoded.ok) throw new Error('the bench produces no refused requests');
    const { request } = decoded;
    const { offset, timestamp } = record;
    const deploymentId = deploymentIdOf(request, { cluster: 'bench', topic, partition, offset, timestamp });
    const input: DeploymentInput = {
      tenantId: request.tenant_id,
      tier: 'premium',
      statusFormat: 'avro',
      deploymentId,
      routerId: request.router_id,
      routerIp: request.router_ip,
      softwareVersion: request.software_version,
    };
    try {
      await slots.use(() =>
        client.workflow.start(DEPLOYMENT_WORKFLOW_TYPE, {
          workflowId: deploymentWorkflowId(input.tenantId, deploymentId),
          taskQueue: shared ? POOL_TASK_QUEUE : ownTaskQueueOf(input.tenantId),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          args: [input],
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  const consumer = createBatchConsumer(kafka, {
    topic: topics(prefix).requests,
    groupId: `${prefix}vecino-ingest`,
    openPartition: () => async (batch) => {
      await Promise.all(batch.records.map((record) => startOne(batch.topic, batch.partition, record)));
    },
  });
  await consumer.start();
  process.stdout.write(`${JSON.stringify({ msg: 'ready', time: new Date().toISOString() })}\n`);
  process.once('SIGTERM', () => void consumer.stop().finally(() => process.exit(0)));
}

void main();
