import { createStatusCodec } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import type { OutgoingRecord } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { activitiesOf, storedHistories } from '@vecino/testing';
import { type ProjectorActivities, PROJECTOR_TASK_QUEUE, type PublishStatusesInput } from '@vecino/workflows';
import { createStatusMeter } from './status-meter.js';
import { createPublishStatuses } from './publish-statuses.js';

/** Everything that gates and deployments of released versions ask a projector for: those that run go on asking after an upgrade. */
const asked = (['gate', 'deployment'] as const)
  .flatMap(storedHistories)
  .flatMap((history) => activitiesOf(history, PROJECTOR_TASK_QUEUE));

const KNOWN: Readonly<Record<keyof ProjectorActivities, true>> = {
  awaitAny: true,
  forward: true,
  publishStatuses: true,
  rebuildGate: true,
  writeDeadLetters: true,
};

test('a projector still does what workflows of released versions ask it for', () => {
  const names = new Set(asked.map(({ name }) => name));
  expect(names.size).toBeGreaterThan(3);
  expect([...names].filter((name) => !(name in KNOWN))).toEqual([]);
});

test('what they want published is published', async () => {
  const written: OutgoingRecord[] = [];
  const codec = createStatusCodec();
  const publish = createPublishStatuses({
    producer: { send: async (records) => void written.push(...records) },
    codec,
    statusTopics: { ensure: async () => undefined, forget: () => undefined },
    topicPrefix: '',
    meter: createStatusMeter(),
    tracing: false,
    logger: silentLogger,
  });
  const inputs = asked
    .filter(({ name }) => name === 'publishStatuses')
    .map(({ args: [input] }) => input as PublishStatusesInput);
  for (const input of inputs) await publish(input);
  const said = written.map(({ value }) => codec.decode(value as Buffer));
  const wanted = inputs.flatMap(({ tenantId, changes }) =>
    changes.map(({ deploymentId, state, sequence }) => ({
      tenant_id: tenantId,
      deployment_id: deploymentId,
      state,
      sequence,
    })),
  );
  expect(wanted.filter(({ state }) => isTerminalState(state)).length).toBeGreaterThan(10);
  expect(said).toEqual(wanted.map((one) => expect.objectContaining(one) as unknown));
});
