import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@vecino/devstack';
import { connectKafka } from '@vecino/messaging';
import { changeRegistry, followRegistry } from '@vecino/registry';
import { type Logger, silentLogger } from '@vecino/telemetry';
import { type TenantEntry } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';

const entryOf = (n: number): TenantEntry => ({ id: `t${n}`, tier: 'basic', networks: [`10.${n}.0.0/16`] });

test('who follows the registry keeps the last one while Kafka is away, knows how old it is, and goes on', async () => {
  const { KAFKA_BROKERS: _, ...env } = process.env;
  const stateDir = mkdtempSync(join(tmpdir(), 'vecino-registry-outage-'));
  const stack = await startStack({ stateDir, ephemeral: true, parts: ['kafka'], env });
  const kafka = connectKafka(
    { brokers: [stack.env['KAFKA_BROKERS'] ?? ''] },
    'registry-outage-itest',
    silentLogger,
  );
  const warnings: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (_fields, msg) => void warnings.push(msg),
    child: () => logger,
  };
  try {
    await changeRegistry(kafka, '', () => ({ kind: 'add', entry: entryOf(1) }));
    const feed = await followRegistry({ kafka, topicPrefix: '', logger });
    const ids = () => feed.current().tenants.map(({ id }) => id);
    await waitFor(() => feed.ageMs() < 500);

    const [broker] = stack.parts;
    broker?.process?.signal('SIGKILL');
    await waitFor(() => feed.ageMs() > 6_000, { timeoutMs: 30_000 });
    expect(ids()).toEqual(['t1']);
    expect(warnings).toEqual(['the registry is not available: waiting']);

    await broker?.restart?.();
    await waitFor(() => feed.ageMs() < 1_000, { timeoutMs: 30_000 });
    await changeRegistry(kafka, '', () => ({ kind: 'add', entry: entryOf(2) }));
    await waitFor(() => ids().length === 2, { timeoutMs: 15_000 });
    expect(feed.current().revision).toBe(2);
    expect(warnings).toHaveLength(1);
    await feed.close();
  } finally {
    await stack.stop();
  }
}, 180_000);
