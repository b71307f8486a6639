import { createProducer } from '@vecino/messaging';
import { type TenantWaker } from '@vecino/temporal';
import { createWakeSender } from '@vecino/wakes';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';

/** Wakes tenants of the platform for the length of `use`: nobody may serve a gate that has nothing to do. */
export async function withWaker<T>(
  env: PlatformEnvironment,
  use: (waker: TenantWaker) => Promise<T>,
): Promise<T> {
  const producer = createProducer(kafkaOf(env));
  try {
    return await use(createWakeSender({ producer, topicPrefix: env['VECINO_TOPIC_PREFIX'] ?? '' }));
  } finally {
    await producer.close();
  }
}
