import { audit } from '@vecino/audit';
import { type StackPart } from '@vecino/devstack';
import { waitFor } from '@vecino/testing';
import { evidenceOf } from './evidence.js';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { planUpgrade } from './request-plan.js';
import { sendRequests } from './send-requests.js';
import { type SentRequest } from './sent-request.js';
import { readStatuses, type StatusReader } from './status-reader.js';
import { readExecutions } from './temporal-record.js';

describe('while a server is away', () => {
  let path: PathPlatform;

  beforeAll(async () => {
    path = await startPathPlatform();
  }, 180_000);

  afterAll(async () => {
    await path?.stop();
  }, 60_000);

  const tenants = ['afijo', 'mayorista'];
  let reader: StatusReader | undefined;
  const sent: SentRequest[] = [];

  afterEach(() => reader?.stop());

  /** One request for each of ten further routers of both tenants. */
  async function order(): Promise<void> {
    const from = sent.length / tenants.length;
    const entries = path.platform.registry.tenants
      .filter(({ id }) => tenants.includes(id))
      .flatMap((tenant) => Array.from({ length: 10 }, (_, index) => planUpgrade(tenant, from + index + 1)));
    sent.push(...entries);
    const producer = path.kafka.producer();
    await producer.connect();
    await sendRequests(producer, entries);
    await producer.disconnect();
  }

  const server = (name: StackPart) => {
    const part = path.platform.stack.parts.find((one) => one.name === name);
    if (part?.process === undefined || part.restart === undefined) throw new Error(`${name} is not ours`);
    return { kill: () => part.process?.signal('SIGKILL'), restart: () => part.restart?.() };
  };

  /** Of what it says from now on: waits for a text. */
  function hear(service: string): (text: string) => Promise<unknown> {
    const output = () => path.platform.service(service).process.wholeOutput();
    const from = output().length;
    return (text) =>
      waitFor(() => output().slice(from).includes(text), {
        what: `"${text}" in the log of ${service}`,
        timeoutMs: 60_000,
      });
  }

  const ended = (count: number) =>
    waitFor(() => (reader?.ended() ?? 0) >= count, { what: `${count} terminals`, timeoutMs: 180_000 });

  const isStaged = ({ tenantId, deploymentId }: SentRequest): boolean =>
    (reader?.statuses() ?? []).some(
      ({ tenant_id, deployment_id, state }) =>
        tenant_id === tenantId && deployment_id === deploymentId && state === 'STAGING',
    );

  async function expectAllEndedOnce(): Promise<void> {
    await ended(sent.length);
    const statuses = reader?.statuses() ?? [];
    const own = (tenantId: string) => tenants.includes(tenantId);
    const executions = await waitFor(
      async () => {
        const found = (await readExecutions(path.temporal)).filter(({ tenantId }) => own(tenantId));
        return found.every(({ closed }) => closed !== undefined) && found;
      },
      { what: 'the close of every deployment', timeoutMs: 60_000, everyMs: 200 },
    );
    const routerLog = path
      .routerLog()
      .filter(({ router_id }) => tenants.some((id) => router_id.startsWith(id)));
    const evidence = evidenceOf({ sent, statuses, executions, routerLog });
    expect(audit(evidence, ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I14'])).toEqual([]);
  }

  it('requests wait for Temporal, and each ends once when it is back', async () => {
    await order();
    reader = await readStatuses(path, tenants);
    await ended(1);
    const temporal = server('temporal');
    const ingestSays = hear('ingest');
    temporal.kill();
    await order();
    await ingestSays('Temporal is not available');
    await temporal.restart();
    await expectAllEndedOnce();
  }, 300_000);

  it('statuses wait for Kafka, and each deployment ends once when it is back', async () => {
    const before = sent.length;
    await order();
    reader = await readStatuses(path, tenants);
    // Early enough that there is much to tell while Kafka is away.
    await waitFor(() => sent.slice(before).some(isStaged), {
      what: 'the first Install of the new requests',
      timeoutMs: 60_000,
      everyMs: 50,
    });
    // The platform's clients are what is tested here; this one need not live through it.
    await reader.stop();
    const kafka = server('kafka');
    const projectorSays = hear('status-projector');
    kafka.kill();
    await projectorSays('Kafka (writing) is not available');
    await kafka.restart();
    reader = await readStatuses(path, tenants);
    await order();
    await expectAllEndedOnce();
  }, 300_000);
});
