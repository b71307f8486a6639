import { connectKafka } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { startSilentServer } from '@vecino/testing';
import { followWakes } from './follow-wakes.js';

test('a broker that takes connections and says nothing keeps nobody who stops waiting for it', async () => {
  const broker = await startSilentServer();
  const kafka = connectKafka({ brokers: [broker.address] }, 'test', silentLogger);
  const stopping = new AbortController();
  const following = followWakes({
    kafka,
    topicPrefix: '',
    logger: silentLogger,
    signal: stopping.signal,
  });
  await broker.spokenTo;
  const begun = performance.now();
  stopping.abort(new Error('stopped'));
  await expect(following).rejects.toThrow('stopped');
  expect(performance.now() - begun).toBeLessThan(1_000);
  await broker.close();
});
