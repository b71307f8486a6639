import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { connectKafka, createTopic, provisionTopics, withAdmin } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { uniqueName, waitFor } from '@vecino/testing';
import { topics } from '@vecino/contracts';
import { clockSkews } from './doctor/clock-facts.js';
import { askServers } from './doctor/server-facts.js';
import { topicFacts } from './doctor/topic-facts.js';
import { EXIT } from './exit-code.js';
import { type StatusReport } from './commands/status.js';
import { thisRepository } from './repository.js';
import { runProgram } from './run-program.js';

const OUTSIDE = { ...process.env };
const KAFKA = process.env['KAFKA_BROKERS'] ?? '';
const TEMPORAL = process.env['TEMPORAL_ADDRESS'] ?? '';
/** Nobody listens there. */
const AWAY = '127.0.0.1:1';
const prefix = `${uniqueName('errors')}-`;
const sockets = new Set<Socket>();
/** Takes connections and never says a word. */
let mute: Server;

beforeAll(async () => {
  process.env['VECINO_TOPIC_PREFIX'] = prefix;
  mute = createServer((socket) => sockets.add(socket));
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
});
afterAll(() => {
  process.env = OUTSIDE;
  for (const socket of sockets) socket.destroy();
  mute.close();
});

async function run(env: NodeJS.ProcessEnv, ...args: string[]) {
  const out = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const shown = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const before = { ...process.env };
  Object.assign(process.env, env);
  let exit = 0;
  try {
    const context = { repository: thisRepository(), exit: (code: number) => void (exit = code) };
    await runProgram(context, [...args, '--output', 'json']);
    return {
      exit,
      said: JSON.parse(String(out.mock.calls.at(-1)?.[0])) as unknown,
      shown: shown.mock.calls.map(([text]) => String(text)).join(''),
    };
  } finally {
    process.env = before;
    out.mockRestore();
    shown.mockRestore();
  }
}
const failed = (code: string, text: string) => ({
  exit: EXIT.failed,
  said: {
    ok: false,
    failed: [{ code, text: expect.stringContaining(text) as string, next: expect.any(String) as string }],
  },
});

describe('Kafka away', () => {
  const request = ['request', '--tenant', 'a1', '--router', 'r', '--ip', '10.0.0.1', '--version', '1'];
  it.each([
    ['REGISTRY_UNAVAILABLE', ['explain', '4711']],
    ['REQUEST_NOT_SENT', request],
    ['KAFKA_UNREACHABLE', ['dlq', 'list']],
  ])('is %s, with the cause and what to do', async (code, args) => {
    const { exit, said } = await run({ KAFKA_BROKERS: AWAY }, ...args);
    expect(exit).toBe(EXIT.failed);
    expect(said).toMatchObject({ failed: [{ code, next: expect.stringContaining('Kafka') as string }] });
    expect(JSON.stringify(said)).toContain('ECONNREFUSED');
    expect(JSON.stringify(said)).not.toMatch(/KafkaJS| {4}at /);
  });

  it('and silent: it is said what is waited for, and in the end what was wrong', async () => {
    const { port } = mute.address() as AddressInfo;
    const running = run({ KAFKA_BROKERS: `127.0.0.1:${port}` }, 'tenant', 'list');
    // Once it was said that it is waited for, there is nothing more to see.
    await waitFor(() => jest.mocked(process.stderr.write).mock.calls.length > 0, { what: 'the progress' });
    mute.close();
    for (const socket of sockets) socket.destroy();
    const { exit, shown } = await running;
    expect(exit).toBe(EXIT.failed);
    expect(shown).toMatch(/reading the registry \(\d+\.\d s\)/);
  }, 90_000);
});

describe('Temporal away', () => {
  it('provision says so while it waits and at its end', async () => {
    const { exit, said, shown } = await run({ TEMPORAL_ADDRESS: AWAY }, 'provision');
    expect({ exit, said }).toMatchObject(
      failed('TEMPORAL_UNREACHABLE', `Temporal at ${AWAY} does not answer`),
    );
    expect(shown).toContain('… making topics, registry and namespaces (');
    expect(JSON.stringify(said)).not.toContain('UNAVAILABLE: ');
  }, 60_000);
});

it('provision makes the shared namespace where it is missing, with everything else', async () => {
  const namespace = uniqueName('shared');
  const env = { TEMPORAL_ADDRESS: TEMPORAL, TEMPORAL_NAMESPACE: namespace };
  expect(await run(env, 'provision')).toMatchObject({ exit: EXIT.done, said: { namespaces: [namespace] } });
  expect(await run(env, 'provision')).toMatchObject({
    exit: EXIT.done,
    said: { namespaces: [], topics: [] },
  });
}, 60_000);

it('a letter that there is not is refused', async () => {
  await provisionTopics(connectKafka({ brokers: KAFKA.split(',') }, 'errors-itest', silentLogger), prefix);
  expect(await run({}, 'dlq', 'show', '0/7')).toMatchObject({
    exit: EXIT.refused,
    said: { refused: [{ code: 'NO_SUCH_LETTER', next: expect.stringContaining('dlq list') as string }] },
  });
});

it('status asks the servers of a platform that is named, and tells its stops', async () => {
  const env = { KAFKA_BROKERS: KAFKA, TEMPORAL_ADDRESS: TEMPORAL };
  // Each of them may be late where much else runs.
  const { exit, said } = await waitFor(
    async () => {
      const status = await run(env, 'status');
      return (status.said as Partial<StatusReport>).stops !== undefined && status;
    },
    { timeoutMs: 60_000, what: 'a status with its stops' },
  );
  expect(exit).toBe(EXIT.done);
  expect(said).toMatchObject({
    phase: 'named',
    parts: expect.arrayContaining([
      expect.objectContaining({ name: 'kafka', address: KAFKA, health: 'answers' }),
      expect.objectContaining({ name: 'temporal', address: TEMPORAL, health: 'answers' }),
    ]) as unknown,
    stops: { platform: null, software_versions: [] },
  });
}, 90_000);

describe('the doctor', () => {
  it('asks the servers that are named, Temporal by its own configuration', async () => {
    const env = { KAFKA_BROKERS: KAFKA, TEMPORAL_ADDRESS: TEMPORAL };
    expect(await askServers(env)).toEqual([
      { name: 'Kafka', address: KAFKA, says: '1 broker' },
      {
        name: 'Temporal',
        address: TEMPORAL,
        says: expect.stringMatching(/^server \d+\..*, namespace default$/) as string,
        version: expect.stringMatching(/^\d+\.\d+/) as string,
      },
    ]);
  });

  it('names the topics that are missing, until they are made', async () => {
    const own = `${uniqueName('topics')}-`;
    const env = { KAFKA_BROKERS: KAFKA, VECINO_TOPIC_PREFIX: own };
    const { requests, dlq, commands, tenants, wakes } = topics(own);
    const missing = () => waitFor(async () => (await topicFacts(env))?.missing, { timeoutMs: 60_000 });
    expect([...(await missing())].sort()).toEqual([requests, dlq, commands, tenants, wakes].sort());
    await provisionTopics(connectKafka({ brokers: KAFKA.split(',') }, 'errors-itest', silentLogger), own);
    expect(await missing()).toEqual([]);
  }, 150_000);

  it('finds that the clock of Kafka is ahead, by a request that it dated', async () => {
    const kafka = connectKafka({ brokers: KAFKA.split(',') }, 'errors-itest', silentLogger);
    const own = `${uniqueName('clock')}-`;
    const name = topics(own).requests;
    // A topic that takes the time of the sender, who plays the broker with another clock.
    const plan = {
      name,
      partitions: 2,
      replicationFactor: 1,
      config: { 'message.timestamp.type': 'CreateTime' },
    };
    await withAdmin(kafka, (admin) => createTopic(admin, plan));
    const env = { KAFKA_BROKERS: KAFKA, VECINO_TOPIC_PREFIX: own };
    const sender = kafka.kafka.producer();
    await sender.connect();
    await sender.send({ topic: name, messages: [{ value: 'now', partition: 1 }] });
    expect(await clockSkews(env)).toEqual([]);
    const timestamp = String(Date.now() + 50 * 60_000);
    await sender.send({ topic: name, messages: [{ value: 'then', partition: 1, timestamp }] });
    await sender.disconnect();
    const [skew] = await clockSkews(env);
    expect(skew?.who).toBe(`Kafka (by ${name}/1/1)`);
    expect(Math.round((skew?.aheadMs ?? 0) / 60_000)).toBe(50);
  });
});
