import { runProgram, thisRepository } from '@vecino/cli';
import { topics } from '@vecino/contracts';
import { waitFor } from '@vecino/testing';
import { type Admin, type Producer } from 'kafkajs';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { planUpgrade } from './request-plan.js';
import { sendRequests } from './send-requests.js';
import { type SentRequest } from './sent-request.js';

/** As `./vecino audit --output json` prints it. */
interface AuditOutput {
  readonly ok: boolean;
  readonly deployments: number;
  readonly ended: number;
  readonly gaps: readonly {
    readonly kind: string;
    readonly deployment_id: string;
    readonly standing: string | null;
    readonly repair: string;
  }[];
  readonly sent: readonly object[] | null;
  readonly refused?: readonly { readonly code: string }[];
}

const REQUESTS = topics().requests;
const GROUP = 'vecino-ingest';
const OUTSIDE = { ...process.env };

describe('./vecino audit on the whole platform', () => {
  let path: PathPlatform;
  let producer: Producer;
  let sent: SentRequest[];

  beforeAll(async () => {
    path = await startPathPlatform();
    Object.assign(process.env, path.platform.env);
    producer = path.kafka.producer();
    await producer.connect();
    const [tenant] = path.platform.registry.tenants;
    if (tenant === undefined) throw new Error('the registry has no tenant');
    sent = [1, 2, 3, 4].map((router) => planUpgrade(tenant, router));
  }, 180_000);

  afterAll(async () => {
    process.env = OUTSIDE;
    await producer?.disconnect();
    await path?.stop();
  }, 60_000);

  async function audit(...args: string[]): Promise<AuditOutput & { exit: number }> {
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    let exit = 0;
    try {
      const context = { repository: thisRepository(), exit: (code: number) => void (exit = code) };
      await runProgram(context, ['audit', ...args, '--output', 'json']);
      return { ...(JSON.parse(String(said.mock.calls.at(-1)?.[0])) as AuditOutput), exit };
    } finally {
      said.mockRestore();
    }
  }

  type Report = Awaited<ReturnType<typeof audit>>;
  /** The first report that is so: a gate or a server may not have answered in time for another. */
  const until = (what: string, is: (report: Report) => boolean, ...args: string[]) =>
    waitFor(
      async () => {
        const report = await audit(...args);
        return is(report) && report;
      },
      { what, timeoutMs: 240_000, everyMs: 500 },
    );
  const inOrder = (ended: number) =>
    until(
      `${ended} deployments that have ended, and no gap`,
      (report) => report.exit === 0 && report.ended === ended,
    );
  /** Nothing is sent while the gate does not say how a deployment stands. */
  const repaired = () => until('a repair', ({ sent }) => (sent ?? []).length > 0, '--repair', '--yes');

  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = path.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };

  it('a platform in order has no gap', async () => {
    await sendRequests(producer, sent.slice(0, 2));
    expect(await inOrder(2)).toMatchObject({ ok: true, deployments: 2, gaps: [], sent: null });
  }, 300_000);

  it('terminals that were deleted from their topic are found, and told again', async () => {
    const topic = topics().status(sent[0]!.tenantId);
    await withAdmin(async (admin) => {
      await admin.fetchTopicOffsets(topic); // kafkajs needs to know the topic before
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
    });
    const untold = { kind: 'no-terminal', standing: 'untold', repair: 'SEND_AGAIN' };
    const found = await until(
      'two that are untold',
      ({ gaps }) => gaps.filter(({ standing }) => standing === 'untold').length === 2,
    );
    expect(found).toMatchObject({ exit: 1, ok: false, ended: 0, gaps: [untold, untold], sent: null });
    const unconfirmed = await until('a refusal', ({ exit }) => exit === 2, '--repair');
    expect(unconfirmed).toMatchObject({ refused: [{ code: 'NOT_CONFIRMED' }] });
    expect((await repaired()).sent).toHaveLength(2);
    await inOrder(2);
    // Nothing was done again.
    const reboots = path
      .routerLog()
      .filter((record) => record.kind === 'call' && record.rpc.endsWith('/Reboot'));
    expect(reboots).toHaveLength(2);
  }, 300_000);

  it('a request that ingest was led past is found, and taken when it is sent again', async () => {
    const ingest = path.platform.service('ingest');
    await ingest.stop();
    const [, , lost, late] = sent as [SentRequest, SentRequest, SentRequest, SentRequest];
    await sendRequests(producer, [lost]);
    await withAdmin(async (admin) => {
      const ends = await admin.fetchTopicOffsets(REQUESTS);
      const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
      await admin.setOffsets({ groupId: GROUP, topic: REQUESTS, partitions });
    });
    await sendRequests(producer, [late]);
    await ingest.restart();
    const found = await until(
      'one that is lost, and the end of the request after it',
      ({ ended, gaps }) => ended === 3 && gaps.some(({ standing }) => standing === 'lost'),
    );
    const gap = {
      kind: 'no-terminal',
      deployment_id: lost.deploymentId,
      standing: 'lost',
      repair: 'SEND_AGAIN',
    };
    expect(found).toMatchObject({ exit: 1, gaps: [gap] });
    expect((await repaired()).sent).toHaveLength(1);
    await inOrder(4);
  }, 600_000);

  it('a status that nobody can read is named, and all else is compared', async () => {
    const topic = topics().status(sent[0]!.tenantId);
    await producer.send({ topic, messages: [{ key: 'not-ours', value: 'no status' }] });
    const gap = { kind: 'unreadable-status', deployment_id: 'not-ours', repair: 'NOT_LOST' };
    const found = await until('a gap', ({ gaps }) => gaps.length > 0);
    expect(found).toMatchObject({ exit: 1, ok: false, deployments: 4, ended: 4, gaps: [gap] });
  }, 300_000);
});
