import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { temporal } from '@temporalio/proto';
import { signalsOf, startOf, type StoredHistory, storedHistories } from '@vecino/testing';
import {
  type Carried,
  EMPTY_CARRIED,
  foldGateHistory,
  GateBook,
  type GateInput,
  originOf,
  type SubmitBatch,
} from '@vecino/workflows';
import { gateEventsOf } from './gate-history.js';

const { History } = temporal.api.history.v1;
const converter = loadDataConverter(undefined);
const gates = storedHistories('gate').map((gate) => [`${gate.release}/${gate.name}`, gate] as const);

/** Ids of what the gate was handed by its predecessor and by ingest. */
function handedTo(gate: StoredHistory): string[] {
  const [input] = startOf(gate) as [GateInput];
  const { queue, held, recent } = (input.carried as Carried | undefined) ?? EMPTY_CARRIED;
  const batches = signalsOf(gate)
    .filter(({ name }) => name === 'submit')
    .map(({ args: [batch] }) => batch as SubmitBatch);
  return [
    ...queue.map(([id]) => id),
    ...held.map(({ item: [id] }) => id),
    ...recent.map(({ deploymentId }) => deploymentId),
    ...batches.flatMap(({ items }) => items.map(({ deploymentId }) => deploymentId)),
  ];
}

/** What today's code would go on with, had the gate died at the end of its history. */
async function rebuilt(gate: StoredHistory): Promise<GateBook> {
  // Through its bytes, as it comes from a server: JSON has other numbers.
  const bytes = History.encode(historyFromJSON({ events: gate.events })).finish();
  const events = await gateEventsOf(History.decode(bytes), converter);
  const origin = originOf(events);
  const carried = origin.kind === 'known' ? origin.carried : EMPTY_CARRIED;
  const [{ settings }] = startOf(gate) as [GateInput];
  return new GateBook(settings, foldGateHistory(carried, events, settings));
}

describe('a gate that a released version left behind', () => {
  it.each(gates)('is rebuilt with everything that it had taken: %s', async (_, gate) => {
    const book = await rebuilt(gate);
    const forgotten = handedTo(gate).filter((id) => book.explain(id, 0, undefined).state === 'unknown');
    expect(forgotten).toEqual([]);
  });

  it('had taken something', () => {
    const handed = gates.map(([, gate]) => handedTo(gate).length);
    expect(Math.max(...handed)).toBeGreaterThan(10);
  });
});
