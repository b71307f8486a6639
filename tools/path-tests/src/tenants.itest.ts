import { createRequestDecoder, type NetworkDeploymentStatus, topics } from '@vecino/contracts';
import { connectKafka, type KafkaClient, scanTopic } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { quietly, runVecino } from './vecino-command.js';

interface Asked {
  readonly deployment_id: string;
  readonly retry_of?: string;
  readonly state: string;
  readonly statuses: readonly NetworkDeploymentStatus[];
  readonly refused?: readonly { readonly code: string }[];
}
interface Changed {
  readonly ok: boolean;
  readonly changed: boolean;
  readonly revision: number;
  readonly provisioned: { readonly topics: readonly string[]; readonly namespaces: readonly string[] };
  readonly refused?: readonly { readonly code: string }[];
}
interface Shown {
  readonly values: Readonly<Record<string, { readonly value: unknown; readonly from: string }>>;
  readonly gate: {
    readonly state: string;
    readonly cap: number;
    readonly queue_limit: number;
    readonly stand_still: { readonly code: string } | null;
  };
}
interface Moved {
  readonly ok: boolean;
  readonly end: string;
  readonly proof: {
    readonly requests: number;
    readonly lost: readonly string[];
    readonly doubled: readonly string[];
  };
}

const OUTSIDE = { ...process.env };
const NEW = 'nuevo';
const LARGE = 'grande';
/** States of a deployment that a gate has taken. */
const KNOWN = new Set(['queued', 'starting', 'running', 'holding', 'closed']);
const SLOW = 300_000;
/** A tenant that was added is served without a restart; when nothing else is to be done, within seconds. */
const SERVED_WITHIN_MS = 60_000;

describe('tenants come, change, move and go while the platform runs', () => {
  let path: PathPlatform;
  let kafka: KafkaClient;
  let speakAgain: () => void;

  beforeAll(async () => {
    path = await startPathPlatform();
    Object.assign(process.env, path.platform.env);
    const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
    kafka = connectKafka({ brokers }, 'tenants-itest', silentLogger);
    speakAgain = quietly();
  }, 180_000);

  afterAll(async () => {
    speakAgain?.();
    process.env = OUTSIDE;
    await path?.stop();
  }, 60_000);

  const add = (id: string, tier: string, network: string, ...more: string[]) =>
    runVecino<Changed>([
      'tenant',
      'add',
      id,
      '--tier',
      tier,
      '--network',
      network,
      '--lab',
      ...quick,
      ...more,
    ]);
  const quick = ['--key', 'upgrade.soak_seconds=0', 'upgrade.recovery_seconds=5'];
  const request = (id: string, router: number, ip: string, ...more: string[]) =>
    runVecino<Asked>([
      ...['request', '--tenant', id, '--router', `${id}-00${router}`, '--ip', ip],
      ...(more.includes('--version') ? [] : ['--version', '1.1.0']),
      ...more,
    ]);
  const change = (...args: string[]) => runVecino<Changed>(['tenant', ...args]);
  const show = (id: string) => runVecino<Shown>(['tenant', 'show', id]);
  const isWaiting = async (id: string, deploymentId: string, code: string) => {
    const answers = await runVecino<object>(['explain', deploymentId, '--tenant', id]);
    const [answer] = Object.values(answers) as unknown as [
      { readonly reason: { readonly code: string } | null },
    ];
    return answer.reason?.code === code;
  };

  it(
    'a dead letter of a tenant that is added later is replayed, once, and succeeds',
    async () => {
      await request(NEW, 2, '127.20.50.2');
      await waitFor(
        async () => {
          const { exit, ...letters } = await runVecino<object>(['dlq', 'list', '--tenant', NEW]);
          return exit === 0 && Object.keys(letters).length > 0;
        },
        { what: 'the dead letter', timeoutMs: 60_000 },
      );

      expect(await add(NEW, 'basic', '127.20.1.128/25')).toMatchObject({
        exit: 2,
        refused: [{ code: 'NETWORK_OVERLAPS' }],
      });
      expect(await add(NEW, 'basic', '127.20.50.0/24', '--dry-run')).toMatchObject({ changed: true });
      expect(await runVecino(['tenant', 'show', NEW])).toMatchObject({
        exit: 2,
        refused: [{ code: 'UNKNOWN_TENANT' }],
      });
      expect((await add(NEW, 'basic', '127.20.50.0/24')).provisioned).toEqual({
        topics: [topics().status(NEW)],
        namespaces: [],
      });
      const addedAt = Date.now();
      const first = await request(NEW, 1, '127.20.50.1', '--wait');
      expect(first).toMatchObject({ exit: 0, state: 'SUCCEEDED' });
      const started = first.statuses.find(({ state }) => state === 'STARTED');
      expect(started?.occurred_at).toBeLessThan(addedAt + SERVED_WITHIN_MS);

      const replay = ['dlq', 'replay', '--tenant', NEW, '--code', 'UNKNOWN_TENANT', '--yes'];
      const done = await runVecino<{ replayed: { deployment_id: string }[] }>(replay);
      expect(done.replayed).toHaveLength(1);
      const id = done.replayed[0]?.deployment_id ?? '';
      await waitFor(async () => (await explain(id)) === 'closed', {
        what: 'the end of the replay',
        timeoutMs: 60_000,
      });
      expect(await runVecino<Asked>(['retry', id, '--tenant', NEW])).toMatchObject({
        exit: 2,
        refused: [{ code: 'SUCCEEDED' }],
      });
      expect(await runVecino(replay)).toMatchObject({ replayed: [], skipped: [{ code: 'REPLAYED_BEFORE' }] });
    },
    SLOW,
  );

  const explain = async (deploymentId: string): Promise<string | undefined> => {
    const answers = await runVecino<object>(['explain', deploymentId, '--tenant', NEW]);
    return (Object.values(answers) as unknown as [{ readonly state: string }])[0].state;
  };

  it(
    'limits and pauses reach its gate, and a resume lets go what waited',
    async () => {
      await change('set', NEW, '--cap', '1', '--queue', '7');
      const shown = await waitFor(
        async () => {
          const found = await show(NEW);
          // Of a gate that does not answer it tells what the registry says.
          return found.gate.state === 'open' && found.gate.cap === 1 && found;
        },
        { what: 'the new cap', timeoutMs: 60_000 },
      );
      expect(shown.gate.queue_limit).toBe(7);
      expect(shown.values['limits.queue']).toEqual({ value: 7, from: 'own' });
      expect(shown.values['limits.weight']).toEqual({ value: 1, from: 'tier' });

      await change('pause', NEW);
      // A request that comes before its gate knows may still start.
      await waitFor(async () => (await show(NEW)).gate.stand_still?.code === 'TENANT_PAUSED', {
        what: 'the pause at its gate',
        timeoutMs: 60_000,
      });
      const paused = await request(NEW, 3, '127.20.50.3');
      const waits = (code: string) =>
        waitFor(() => isWaiting(NEW, paused.deployment_id, code), { what: code, timeoutMs: 60_000 });
      await waits('TENANT_PAUSED');
      await runVecino(['pause', '--platform', '--reason', 'a test']);
      await change('resume', NEW);
      await waits('PLATFORM_PAUSED');
      expect(await runVecino(['resume', '--platform'])).toMatchObject({ changed: true });
      await waitFor(async () => (await explain(paused.deployment_id)) === 'closed', {
        what: 'the end of what was paused',
        timeoutMs: 60_000,
      });
      expect(await change('set', NEW, '--unset', 'cap', 'queue')).toMatchObject({ exit: 0, changed: true });
    },
    SLOW,
  );

  it(
    'what failed is asked for once more, as it was, with a new id that names the old one',
    async () => {
      const failed = await request(NEW, 4, '127.20.50.4', '--version', '9.9.9', '--priority', '2', '--wait');
      expect(failed).toMatchObject({ exit: 1, state: 'REJECTED' });
      const again = ['retry', failed.deployment_id, '--tenant', NEW, '--version', '1.1.0', '--wait'];
      const retried = await runVecino<Asked>(again);
      expect(retried).toMatchObject({ exit: 0, state: 'SUCCEEDED', retry_of: failed.deployment_id });
      expect(retried.deployment_id).not.toBe(failed.deployment_id);

      // One that was refused at the door has no workflow: its record is found on the request topic.
      const outside = await request(NEW, 5, '10.99.0.5', '--priority', '4', '--wait');
      const refused = await runVecino<Asked>(['retry', outside.deployment_id, '--tenant', NEW, '--wait']);
      expect(refused).toMatchObject({ exit: 1, state: 'REJECTED' });

      const decoder = createRequestDecoder();
      const asked = [];
      for await (const record of scanTopic(kafka, { topic: topics().requests })) {
        const decoded = await decoder.decode(record);
        if (decoded.ok && decoded.request.retry_of !== null) asked.push(decoded.request);
      }
      asked.sort((a, b) => a.router_id.localeCompare(b.router_id));
      expect(asked).toMatchObject([
        {
          router_id: `${NEW}-004`,
          router_ip: '127.20.50.4',
          software_version: '1.1.0',
          priority: 2,
          retry_of: failed.deployment_id,
        },
        {
          router_id: `${NEW}-005`,
          router_ip: '10.99.0.5',
          software_version: '1.1.0',
          priority: 4,
          retry_of: outside.deployment_id,
        },
      ]);
    },
    SLOW,
  );

  it(
    'a premium tenant gets a worker of its own, and a tenant moves within its namespace, with a proof',
    async () => {
      const [, moved] = await Promise.all([
        add(LARGE, 'premium', '127.20.51.0/24').then(() => request(LARGE, 1, '127.20.51.1', '--wait')),
        runVecino<Moved>(['tenant', 'move', NEW, '--to', 'queue'], (output) => 'proof' in output),
      ]);
      expect(path.platform.services.map(({ name }) => name)).toContain(`worker-dedicated-${LARGE}`);
      expect(moved).toMatchObject({ exit: 0, end: 'done', proof: { lost: [], doubled: [], ok: true } });
      expect(moved.proof.requests).toBeGreaterThanOrEqual(6);
      expect(await request(NEW, 6, '127.20.50.6', '--wait')).toMatchObject({ exit: 0, state: 'SUCCEEDED' });
    },
    SLOW,
  );

  it(
    'one moves into a namespace of its own while another is drained and removed',
    async () => {
      const about = (id: string) => (output: object) => JSON.stringify(output).includes(`"${id}"`);
      const last = await request(NEW, 7, '127.20.50.7');
      // What comes after the removal is refused.
      await waitFor(async () => KNOWN.has((await explain(last.deployment_id)) ?? ''), {
        what: 'the last request at its gate',
        timeoutMs: 60_000,
      });
      const [removed, moved] = await Promise.all([
        runVecino<Changed>(['tenant', 'remove', NEW, '--drain', '--yes'], about(NEW)),
        runVecino<Moved>(['tenant', 'move', LARGE, '--to', 'namespace'], (output) => 'proof' in output),
      ]);
      expect(moved).toMatchObject({ exit: 0, end: 'done', proof: { lost: [], doubled: [], ok: true } });
      expect(removed).toMatchObject({ exit: 0, ok: true });
      expect(await runVecino(['tenant', 'show', NEW])).toMatchObject({
        exit: 2,
        refused: [{ code: 'UNKNOWN_TENANT' }],
      });
      const gate = await path.temporal.workflow.getHandle(`gate/${NEW}`).describe();
      expect(gate.status.name).toBe('COMPLETED');
      const drained = await path.temporal.workflow
        .getHandle(`deployment/${NEW}/${last.deployment_id}`)
        .describe();
      expect(drained.status.name).toBe('COMPLETED');

      expect(await request(LARGE, 2, '127.20.51.2', '--wait')).toMatchObject({ exit: 0, state: 'SUCCEEDED' });
      const listed = await runVecino<object>(['tenant', 'list', '--route', 'namespace']);
      expect(Object.values(listed)).toMatchObject([{ id: LARGE, temporal_namespace: `tenant-${LARGE}` }, 0]);
    },
    2 * SLOW,
  );
});
