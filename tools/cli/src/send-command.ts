import {
  cloudEventHeaders,
  DEPLOYMENT_COMMAND_SCHEMA,
  type DeploymentCommand,
  encodeCommand,
  EVENT_TYPES,
  framingFor,
  topics,
} from '@vecino/contracts';
import { VecinoError } from '@vecino/foundation';
import { freshTraceparent } from '@vecino/messaging';
import { type CliErrorCode } from './cli-errors.js';
import { kafkaOf, type PlatformEnvironment, schemasOf } from './platform-access.js';

/** A command in Kafka. */
export interface PlacedCommand {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As it lies there; a dead letter of it has the same bytes. */
  readonly value: Buffer;
}

/**
 * Writes a command to `deployment-commands`.
 * @throws VecinoError COMMAND_NOT_SENT
 */
export async function sendCommand(
  env: PlatformEnvironment,
  command: DeploymentCommand & { readonly requested_at: number },
): Promise<PlacedCommand> {
  const topic = topics(env['VECINO_TOPIC_PREFIX']).commands;
  const framing = await framingFor(DEPLOYMENT_COMMAND_SCHEMA, schemasOf(env).registry);
  const { value, headers } = encodeCommand(command, framing);
  const event = cloudEventHeaders({
    id: command.command_id,
    type: EVENT_TYPES.command,
    source: '/vecino/cli',
    time: command.requested_at,
    subject: command.deployment_id,
    contentType: headers['content-type'],
    trace: { traceparent: freshTraceparent() },
  });
  const producer = kafkaOf(env).kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  try {
    await producer.connect();
    const messages = [{ key: command.deployment_id, value, headers: event }];
    const [answer] = await producer.send({ topic, acks: -1, messages });
    return {
      topic,
      partition: answer?.partition ?? -1,
      offset: Number(answer?.baseOffset ?? -1),
      value,
    };
  } catch (cause) {
    throw new VecinoError<CliErrorCode>(
      'COMMAND_NOT_SENT',
      `the command could not be written to ${topic} at ${env['KAFKA_BROKERS'] ?? ''}`,
      { disposition: 'retry', cause },
    );
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
