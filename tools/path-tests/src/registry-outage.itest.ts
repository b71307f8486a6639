import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@vecino/devstack';
import { connectKafka } from '@vecino/messaging';
import { changeRegistry, followRegistry } from '@vecino/registry';
import { type Logger, silentLogger } from '@vecino/telemetry';
import { type TenantEntry } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';

const AWAY = 'the registry is not available: waiting';
const BACK = 'the registry is available again';
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
  const said: string[] = [];
  const say = (_fields: object, msg: string): void => void said.push(msg);
  const logger: Logger = {
    ...silentLogger,
    info: say,
    warn: say,
    child: () => logger,
  };
  try {
    await changeRegistry(kafka, '', () => ({ kind: 'add', entry: entryOf(1) }));
    const feed = await followRegistry({ kafka, topicPrefix: '', logger });
    const ids = () => feed.current().tenants.map(({ id }) => id);
    await waitFor(() => feed.ageMs() < 500);

    const [broker] = stack.parts;
    broker?.process?.signal('SIGKILL');
    await waitFor(() => feed.ageMs() > 6_000, { timeoutMs: 60_000 });
    expect(ids()).toEqual(['t1']);
    expect(said.at(-1)).toBe(AWAY);

    await broker?.restart?.();
    await waitFor(() => feed.ageMs() < 1_000, { timeoutMs: 60_000 });
    await changeRegistry(kafka, '', () => ({ kind: 'add', entry: entryOf(2) }));
    await waitFor(() => ids().length === 2, { timeoutMs: 60_000 });
    expect(feed.current().revision).toBe(2);
    // Once for each outage: a busy machine may have made more than this one.
    expect(said.filter((one, at) => one === said[at - 1])).toEqual([]);
    expect(new Set(said)).toEqual(new Set([AWAY, BACK]));
    await feed.close();
  } finally {
    await stack.stop();
  }
}, 300_000);
