import { silentLogger } from '@vecino/telemetry';
import { createGateClient } from '@vecino/temporal';
import { waitFor } from '@vecino/testing';
import { cancelSignal, deploymentWorkflowId } from '@vecino/workflows';
import { atMost, type Bar, exactly } from './bar.js';
import { type BenchPlatform, startPlatform } from './bench-platform.js';
import type { BenchContext } from './bench.js';
import { type GateFlow, openGateFlow } from './gate-flow.js';
import { gateRuns, type GateRunSize } from './gate-history.js';
import type { Laboratory } from './laboratory.js';
import { cut, middleRate } from './report.js';

/** At which the server ends a workflow, or refuses it another signal. */
const SERVER_EVENTS = 51_200;
const SERVER_BYTES = 50 * 1024 * 1024;
const SERVER_SIGNALS = 10_000;
/** `HOLD_VERSION` of the bundle, which only workers load. */
const HOLD = 'hold';
const ALL_HELD_WITHIN_MS = 60_000;

/** Many deployments through one gate, and then the proof that it has all its slots and has told every end once. */
export async function longLife(
  lab: Laboratory,
  context: BenchContext,
  bundle: string,
  size: { readonly deployments: number; readonly cap: number },
): Promise<{ figures: Record<string, number>; bars: Bar[] }> {
  const name = 'gate-long';
  const tenants = await lab.writeTenants(name, 1, { cap: size.cap });
  const tenantId = tenants.ids[0] as string;
  const platform = await startPlatform(lab, { name, tenants, bundle });
  const flow = await openGateFlow(lab, platform, tenantId);
  await flow.pass(size.deployments);
  const rate = middleRate([...flow.endings.at.values()]);
  context.print(`${size.deployments} deployments through one gate: ${cut(rate, 1)}/s`);
  const runs = await gateRuns(platform.client, tenantId);
  const freeSlots = await slotsThatCanBeHeld(platform, flow, tenantId, size.cap);
  const inUse = await slotsInUse(platform, tenantId);
  const { at, states, repeats, contradictions } = flow.endings;
  const requested = size.deployments + size.cap + 1;
  await flow.stop();
  await platform.stop();
  const most = (figure: keyof GateRunSize): number => Math.max(...runs.map((run) => run[figure]));
  const figures = {
    long_deployments: size.deployments,
    long_cap: size.cap,
    long_per_s: cut(rate),
    long_runs: runs.length,
    long_continued_as_new: runs.length - 1,
    long_signals: runs.reduce((sum, run) => sum + run.signals, 0),
    long_events: runs.reduce((sum, run) => sum + run.events, 0),
    long_events_per_deployment: cut(runs.reduce((sum, run) => sum + run.events, 0) / size.deployments),
    long_most_events_of_a_run: most('events'),
    long_most_bytes_of_a_run: most('bytes'),
    long_most_signals_of_a_run: most('signals'),
    long_terminals_repeated_alike: repeats,
  };
  const bars = [
    atMost('events of the gate’s longest run', most('events'), SERVER_EVENTS / 2),
    atMost('bytes of the gate’s largest run', most('bytes'), SERVER_BYTES / 2),
    atMost('signals of a run', most('signals'), SERVER_SIGNALS / 2),
    exactly('slots that can be held at the end', freeSlots, size.cap),
    exactly('slots in use when all have ended, by the gate’s own word', inUse, 0),
    exactly('deployments with a terminal', at.size, requested),
    exactly('of these SUCCEEDED', states.get('SUCCEEDED') ?? 0, requested),
    exactly('terminals that contradict an earlier one', contradictions, 0),
  ];
  return { figures, bars };
}

/** When the gate says that it is idle; what it says otherwise, when it does not come to say so. */
async function slotsInUse({ client }: BenchPlatform, tenantId: string): Promise<number> {
  const gates = createGateClient({ client, logger: silentLogger });
  const idle = async () => (await gates.load(tenantId))?.idle === true;
  const wait = { what: 'an idle gate', timeoutMs: ALL_HELD_WITHIN_MS, everyMs: 200 };
  await waitFor(idle, wait).catch(() => undefined);
  const report = await gates.load(tenantId);
  return report === undefined ? NaN : report.running + report.quarantined;
}

/**
 * How many deployments hold a slot at once when one more than the cap are asked for and none ends by itself: a leaked
 * slot would be missing here. Lets them end.
 */
async function slotsThatCanBeHeld(
  { client }: BenchPlatform,
  flow: GateFlow,
  tenantId: string,
  cap: number,
): Promise<number> {
  const gates = createGateClient({ client, logger: silentLogger });
  const ids = await flow.produce(cap + 1, HOLD);
  const held = async (): Promise<string[]> => {
    const states = await Promise.all(ids.map(async (id) => (await gates.explain(tenantId, id)).state));
    return ids.filter((_, n) => states[n] === 'running');
  };
  const whatever = { what: 'as many running as the cap', timeoutMs: ALL_HELD_WITHIN_MS, everyMs: 500 };
  await waitFor(async () => (await held()).length >= cap, whatever).catch(() => undefined);
  const holding = await held();
  const ended = flow.endings.at.size;
  const left = new Set(ids);
  await waitFor(
    async () => {
      for (const id of await held())
        if (left.delete(id))
          await client.workflow
            .getHandle(deploymentWorkflowId(tenantId, id))
            .signal(cancelSignal, { commandId: 'release' });
      return flow.endings.at.size === ended + ids.length;
    },
    { what: 'the end of what was held', timeoutMs: ALL_HELD_WITHIN_MS, everyMs: 200 },
  );
  return holding.length;
}
