import { deadLetterHeaders, encodeRequest, SINGLE_OBJECT, topics } from '@vecino/contracts';
import {
  connectKafka,
  createProducer,
  provisionTopics,
  scanTopic,
  type TailRecord,
  withAdmin,
} from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { uniqueName } from '@vecino/testing';
import { thisRepository } from '../repository.js';
import { runProgram } from '../run-program.js';

interface ReplayOutput {
  readonly replayed: readonly { readonly letter: string; readonly offset: number | null }[];
  readonly skipped: readonly { readonly letter: string; readonly code: string }[];
  readonly refused?: readonly { readonly code: string }[];
}

const OUTSIDE = { ...process.env };
const prefix = uniqueName('dlq') + '-';
const names = topics(prefix);
const kafka = connectKafka(
  { brokers: (process.env['KAFKA_BROKERS'] ?? '').split(',') },
  'dlq-itest',
  silentLogger,
);
const producer = createProducer(kafka);
const traceparent = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';
const partition = 5;
const BEGAN_AT = Date.now();

const recordOf = (request_id: string, tenant_id: string) =>
  encodeRequest(
    { request_id, tenant_id, router_id: 'r', router_ip: '10.0.0.1', software_version: '1' },
    SINGLE_OBJECT,
  );

/** Twice with the same id: two letters of one record. */
async function bury(
  request_id: string,
  code: 'UNKNOWN_TENANT' | 'ID_REUSED',
  tenant_id = 'acme',
): Promise<void> {
  const { value, headers } = recordOf(request_id, tenant_id);
  const offset = Number(request_id.slice('d-'.length));
  const cause = { code, text: 'why', topic: names.requests, partition, offset, timestamp: BEGAN_AT };
  const dead = deadLetterHeaders({ ...headers, traceparent }, cause);
  await producer.send([
    { topic: names.dlq, partition: 0, key: `key of ${request_id}`, value, headers: dead },
  ]);
}

async function requests(): Promise<TailRecord[]> {
  const found: TailRecord[] = [];
  for await (const record of scanTopic(kafka, { topic: names.requests })) found.push(record);
  return found;
}

async function vecino<T>(...args: string[]): Promise<T & { exit: number }> {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  let exit = 0;
  try {
    const context = { repository: thisRepository(), exit: (code: number) => void (exit = code) };
    await runProgram(context, [...args, '--output', 'json']);
    return { ...(JSON.parse(String(said.mock.calls.at(-1)?.[0])) as T), exit };
  } finally {
    said.mockRestore();
  }
}
const replay = (...args: string[]) => vecino<ReplayOutput>('dlq', 'replay', ...args);

beforeAll(async () => {
  process.env['VECINO_TOPIC_PREFIX'] = prefix;
  await provisionTopics(kafka, prefix);
  await bury('d-0', 'UNKNOWN_TENANT');
  await bury('d-1', 'UNKNOWN_TENANT', 'other');
  await bury('d-2', 'ID_REUSED');
  await bury('d-3', 'UNKNOWN_TENANT');
});

afterAll(async () => {
  process.env = OUTSIDE;
  await producer.close();
});

it('sends a letter back as it was, with its mark, where its record lay, and not a second time', async () => {
  expect(await replay('0/0', '--yes')).toMatchObject({ exit: 0, replayed: [{ letter: '0/0', offset: 0 }] });
  const [record, ...more] = await requests();
  expect(more).toEqual([]);
  expect(record).toMatchObject({
    partition,
    key: Buffer.from('key of d-0'),
    value: recordOf('d-0', 'acme').value,
  });
  const headers = Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]);
  expect(Object.fromEntries(headers)).toEqual({
    'content-type': recordOf('d-0', 'acme').headers['content-type'],
    traceparent,
    vecino_replay_of: `${names.dlq}/0/0`,
    vecino_replay_origin: `${names.requests}/${partition}/0/${BEGAN_AT}`,
  });

  expect(await replay('0/0', '--yes')).toMatchObject({ exit: 2, refused: [{ code: 'REPLAYED_BEFORE' }] });
  expect(await requests()).toHaveLength(1);
  expect(await replay('0/0', '--yes', '--again')).toMatchObject({ exit: 0 });
  expect(await requests()).toHaveLength(2);
});

it('sends all of a tenant with a reason, less what was sent; a dry run and who is not there to say yes send nothing', async () => {
  const all = ['--tenant', 'acme', '--code', 'UNKNOWN_TENANT'];
  const before = (await requests()).length;
  expect(await replay(...all, '--dry-run')).toMatchObject({
    exit: 0,
    replayed: [{ letter: '0/3', offset: null }],
  });
  expect(await replay(...all)).toMatchObject({ exit: 2, refused: [{ code: 'NOT_CONFIRMED' }] });
  expect(await requests()).toHaveLength(before);

  const done = await replay(...all, '--yes');
  expect(done.replayed.map(({ letter }) => letter)).toEqual(['0/3']);
  expect(done.skipped).toMatchObject([{ letter: '0/0', code: 'REPLAYED_BEFORE' }]);
  expect(await requests()).toHaveLength(before + 1);
});

it('lists and shows letters, and says that one with a used id cannot succeed', async () => {
  const listed = await vecino<object>('dlq', 'list', '--tenant', 'acme');
  expect(Object.values(listed)).toMatchObject([
    { letter: '0/0', deployment_id: 'd-0' },
    { letter: '0/2', code: 'ID_REUSED' },
    { letter: '0/3' },
    0,
  ]);
  expect(await vecino('dlq', 'show', `${names.dlq}/0/2`)).toMatchObject({
    code: 'ID_REUSED',
    source: { topic: names.requests, partition, offset: 2 },
    headers: { traceparent },
    content: 'request',
    value: { request_id: 'd-2', router_ip: '10.0.0.1' },
    replay: { state: 'never' },
    outlook: 'used-up',
  });
  expect(await replay('0/2', '--yes')).toMatchObject({ exit: 2, refused: [{ code: 'USED_UP' }] });
  expect(await vecino('dlq', 'show', '0/99')).toMatchObject({
    exit: 2,
    refused: [{ code: 'NO_SUCH_LETTER' }],
  });
});

it('sends one of two letters of one record, and then neither, whichever is asked for', async () => {
  await bury('d-4', 'UNKNOWN_TENANT', 'twice');
  await bury('d-4', 'UNKNOWN_TENANT', 'twice');
  const before = (await requests()).length;
  expect(await replay('--tenant', 'twice', '--yes')).toMatchObject({
    replayed: [{ letter: '0/4' }],
    skipped: [{ letter: '0/5', code: 'SAME_RECORD' }],
  });
  expect(await replay('0/5', '--yes')).toMatchObject({ exit: 2, refused: [{ code: 'REPLAYED_BEFORE' }] });
  expect(await vecino('dlq', 'show', '0/5')).toMatchObject({ replay: { state: 'replayed' } });
  expect(await requests()).toHaveLength(before + 1);
  expect(await replay('0/5', '--yes', '--again')).toMatchObject({ replayed: [{ letter: '0/5' }] });
});

it('does not replay what may have been replayed: its topic goes back less far than the record', async () => {
  await bury('d-5', 'UNKNOWN_TENANT');
  await withAdmin(kafka, async (admin) => {
    await admin.fetchTopicOffsets(names.requests); // kafkajs needs to know the topic before
    await admin.deleteTopicRecords({ topic: names.requests, partitions: [{ partition, offset: '-1' }] });
  });
  expect(await replay('0/6', '--yes')).toMatchObject({ exit: 2, refused: [{ code: 'REPLAY_NOT_KNOWN' }] });
});
