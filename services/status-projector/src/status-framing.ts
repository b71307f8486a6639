import {
  framingFor,
  type Framing,
  NETWORK_DEPLOYMENT_STATUS_SCHEMA,
  type SchemaRegistryClient,
} from '@vecino/contracts';
import { unlessAborted } from '@vecino/foundation';
import { createBackoff, createOutageLog } from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';

/**
 * How statuses are written as Avro: in the Confluent wire format where a schema registry is configured. Waits for as
 * long as the registry is away, since a topic must not change its framing with an outage.
 */
export async function statusFraming(
  registry: SchemaRegistryClient | undefined,
  logger: Logger,
  signal: AbortSignal,
): Promise<Framing> {
  const outage = createOutageLog(logger, 'the schema registry');
  const backoff = createBackoff();
  for (;;) {
    signal.throwIfAborted();
    try {
      const framing = await unlessAborted(signal, framingFor(NETWORK_DEPLOYMENT_STATUS_SCHEMA, registry));
      outage.succeeded();
      return framing;
    } catch (error) {
      signal.throwIfAborted();
      outage.failed(error);
      await backoff.wait(signal);
    }
  }
}
