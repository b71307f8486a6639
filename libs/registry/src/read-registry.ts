import { type KafkaClient } from '@vecino/messaging';
import { emptyRegistry, type Registry } from '@vecino/tenancy';
import { registryError } from './registry-error.js';
import { hasRegistryTopic, openRegistryTopic, readToEnd, registryTopic } from './registry-topic.js';

const READ_WITHIN_MS = 30_000;

/** The registry as it is now; empty where nobody has made one. Rejects with a VecinoError `REGISTRY_UNAVAILABLE`. */
export async function readRegistryOnce(kafka: KafkaClient, topicPrefix: string): Promise<Registry> {
  const source = registryTopic(topicPrefix);
  try {
    if (!(await hasRegistryTopic(kafka, topicPrefix))) return emptyRegistry(source);
    const topic = await openRegistryTopic(kafka, topicPrefix);
    try {
      await readToEnd(topic, performance.now() + READ_WITHIN_MS);
      return topic.contents.assemble(source);
    } finally {
      await topic.tail.close();
    }
  } catch (cause) {
    throw registryError('REGISTRY_UNAVAILABLE', `cannot read the registry from the topic ${source}`, cause);
  }
}
