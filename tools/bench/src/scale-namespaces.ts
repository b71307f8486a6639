import { topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { waitFor } from '@vecino/testing';
import { TIMED_WORKER } from './bench-platform.js';
import { type Laboratory, requestRecord } from './laboratory.js';
import { cut } from './report.js';
import { residentMib } from './process-usage.js';
import { createStatusTopics, readStatuses } from './status-reader.js';

const ALL_DONE_WITHIN_MS = 300_000;

/**
 * Tenants with a Temporal namespace each: what they cost the server, the projector (a Worker for activities in each
 * namespace) and one process that runs the workflows of all of them, and that a request of each comes to its end.
 */
export async function namespacesCost(
  lab: Laboratory,
  name: string,
  count: number,
): Promise<Record<string, number>> {
  const server = lab.stack.parts.find((part) => part.name === 'temporal')?.process?.pid ?? 0;
  const tenants = await lab.writeTenants(name, count, {
    cap: 10,
    route: 'namespace',
    tier: () => 'enterprise',
  });
  const topicPrefix = `${name}.`;
  await lab.provision(topicPrefix);
  await createStatusTopics(lab.kafka, topicPrefix, tenants.ids);
  await lab.temporal.createNamespace(name);
  const serverBefore = residentMib(server);
  const created = performance.now();
  await Promise.all(tenants.ids.map((id) => lab.temporal.createNamespace(`tenant-${id}`)));
  const createMs = performance.now() - created;
  const env = {
    VECINO_TOPIC_PREFIX: topicPrefix,
    VECINO_TENANTS_FILE: tenants.file,
    TEMPORAL_NAMESPACE: name,
  };
  const bundle = await lab.bundle('trivial-deployments');
  const timed = async (part: string, entry: string, args: readonly string[] = []) => {
    const begun = performance.now();
    const service = await lab.run(`${name}-${part}`, entry, env, args);
    return { service, ms: Math.ceil(performance.now() - begun), mib: residentMib(service.process.pid) };
  };
  const projector = await timed('projector', 'services/status-projector/dist/main.js');
  const worker = await timed('worker', TIMED_WORKER, ['--bundle', bundle]);
  const ingest = await timed('ingest', 'services/ingest/dist/main.js');
  const ended = new Set<string>();
  const stopReading = await readStatuses(lab.kafka, topicPrefix, tenants.ids, ({ tenantId, state }) => {
    if (isTerminalState(state)) ended.add(tenantId);
  });
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  const sent = performance.now();
  await producer.send({
    topic: topics(topicPrefix).requests,
    messages: tenants.ids.map((_, n) => requestRecord(tenants.ids, n)),
  });
  await waitFor(() => ended.size === count, {
    what: `a terminal of each of ${count} tenants`,
    timeoutMs: ALL_DONE_WITHIN_MS,
    everyMs: 10,
  });
  const doneMs = performance.now() - sent;
  const at = `namespaces_${count}`;
  const figures = {
    [`${at}_create_ms`]: Math.ceil(createMs),
    [`${at}_server_growth_mib`]: -cut(serverBefore - residentMib(server), 1),
    [`${at}_server_mib`]: cut(residentMib(server), 1),
    [`${at}_projector_ready_ms`]: projector.ms,
    [`${at}_projector_ready_mib`]: cut(projector.mib, 1),
    [`${at}_projector_worked_mib`]: cut(residentMib(projector.service.process.pid), 1),
    [`${at}_worker_ready_ms`]: worker.ms,
    [`${at}_worker_ready_mib`]: cut(worker.mib, 1),
    [`${at}_worker_worked_mib`]: cut(residentMib(worker.service.process.pid), 1),
    [`${at}_one_deployment_each_ms`]: Math.ceil(doneMs),
  };
  await producer.disconnect();
  await stopReading();
  await Promise.all([ingest, worker, projector].map(({ service }) => service.stop()));
  return figures;
}
