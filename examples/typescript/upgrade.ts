/**
 * Asks for the upgrade of one router and follows it to its end, all in JSON:
 *
 *     node dist/upgrade.js TENANT ROUTER ADDRESS VERSION
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Consumer, Kafka, logLevel, type KafkaMessage } from 'kafkajs';

interface Status {
  deployment_id: string;
  state: string;
  sequence: number;
  reason: { code: string; text: string } | null;
}

const REQUESTS = 'deployment-requests';
/** Of the one last status of a deployment, whatever its state. */
const TERMINAL_SEQUENCE = 2 ** 31 - 1;
const PATIENCE_MS = 10 * 60_000;

const brokers = (process.env['KAFKA_BROKERS'] || 'localhost:9092').split(',');
const kafka = new Kafka({ clientId: 'upgrade-example', brokers, logLevel: logLevel.ERROR });

async function main([tenant, router, address, version]: string[]): Promise<number> {
  if (!tenant || !router || !address || !version) {
    console.error('usage: upgrade.js TENANT ROUTER ADDRESS VERSION');
    return 2;
  }
  // An id of our own: it is the deployment's, and sending the request twice does not run it twice.
  const requestId = randomUUID();
  const traceId = randomBytes(16).toString('hex');
  const request = {
    tenant_id: tenant,
    router_id: router,
    router_ip: address,
    software_version: version,
    request_id: requestId,
    requested_by: 'the TypeScript example',
  };
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({
    topic: REQUESTS,
    acks: -1,
    messages: [
      {
        key: router,
        value: JSON.stringify(request),
        headers: {
          'content-type': 'application/json',
          traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
        },
      },
    ],
  });
  await producer.disconnect();
  console.log(`deployment ${requestId}`);
  console.log(`trace ${traceId}`);

  const giveUp = AbortSignal.timeout(PATIENCE_MS);
  const topic = `deployment-status.${tenant}`;
  await untilThere(topic, giveUp);
  // A service would keep one group, and read all statuses of its tenant.
  const consumer = kafka.consumer({ groupId: `upgrade-example-${requestId}`, allowAutoTopicCreation: false });
  const terminal = await follow(consumer, topic, requestId, giveUp);
  await consumer.disconnect();
  return terminal.state === 'SUCCEEDED' ? 0 : 1;
}

/** The topic comes with the tenant's first status. */
async function untilThere(topic: string, giveUp: AbortSignal): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  while (!(await admin.listTopics()).includes(topic)) await delay(500, undefined, { signal: giveUp });
  await admin.disconnect();
}

/** Prints each status of the deployment, and resolves with its last. */
async function follow(
  consumer: Consumer,
  topic: string,
  deploymentId: string,
  giveUp: AbortSignal,
): Promise<Status> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  return new Promise((resolve, reject) => {
    giveUp.addEventListener('abort', () =>
      reject(new Error(`${deploymentId} has not ended: see the dead letters, or ./vecino explain`)),
    );
    let last = -1;
    consumer
      .run({
        eachMessage: async ({ message }) => {
          if (message.key?.toString() !== deploymentId) return;
          const status = statusOf(message);
          // Kafka delivers at least once: what is not above the last one seen is a repetition.
          if (status.sequence <= last) return;
          last = status.sequence;
          console.log(status.state, ...(status.reason ? [status.reason.code, status.reason.text] : []));
          if (status.sequence === TERMINAL_SEQUENCE) resolve(status);
        },
      })
      .catch(reject);
  });
}

function statusOf({ value, headers }: KafkaMessage): Status {
  if (headers?.['content-type']?.toString() !== 'application/json')
    throw new Error(
      "the tenant's statuses are Avro: set its status_format to json, or see the other examples",
    );
  return JSON.parse(value?.toString() ?? '') as Status;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
