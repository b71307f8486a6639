import { readdirSync } from 'node:fs';
import { HISTORIES_FOLDER, readHistory, signalsOf, startOf, storedHistories, waitFor } from '@vecino/testing';
import { gateWorkflowId, type GateInput, type SubmitBatch, type SubmitCommand } from '@vecino/workflows';
import { type GateRig, startGateRig } from './testing/gate-rig.js';

let rig: GateRig;
afterEach(() => rig.stop());

/** Whoever started and signalled it is of an earlier release: as while services are upgraded, or with a request that lay in Temporal meanwhile. */
test.each(readdirSync(HISTORIES_FOLDER))(
  'a gate lives on what services of %s send to it',
  async (release) => {
    rig = await startGateRig();
    const { tenantId, taskQueue } = rig.settings;
    const gate = readHistory(release, 'gate-run-0');
    const [{ settings }] = startOf(gate) as [GateInput];
    const ours = <T>(value: unknown): T =>
      JSON.parse(JSON.stringify(value).replaceAll(settings.tenantId, tenantId)) as T;
    const signals = signalsOf(gate);
    const batches = signals
      .filter(({ name }) => name === 'submit')
      .map(({ args: [batch] }) => ours<SubmitBatch>(batch));
    const handle = await rig.client.workflow.signalWithStart('TenantGateWorkflow', {
      workflowId: gateWorkflowId(tenantId),
      taskQueue,
      args: ours(startOf(gate)),
      signal: 'submit',
      signalArgs: [batches[0]],
    });
    for (const batch of batches.slice(1)) await handle.signal('submit', batch);
    const wanted = batches.flatMap(({ items }) => items.map(({ deploymentId }) => deploymentId));
    expect(wanted.length).toBeGreaterThan(10);
    const ended = () => new Set(rig.terminals().map(({ deploymentId }) => deploymentId));
    await waitFor(() => wanted.every((id) => ended().has(id)), {
      what: 'the end of every deployment',
      timeoutMs: 40_000,
    });

    const [command] = commandsOf(release);
    if (command === undefined) throw new Error('no command among the histories');
    const before = rig.published.length;
    await handle.signal('command', { ...command, deploymentId: wanted[0] });
    await waitFor(() => rig.published.length > before, { what: 'an answer to a command' });
    expect(rig.published.at(-1)).toMatchObject({ deploymentId: wanted[0], state: 'SUCCEEDED' });
  },
  60_000,
);

const commandsOf = (release: string): SubmitCommand[] =>
  storedHistories('gate')
    .filter((gate) => gate.release === release)
    .flatMap(signalsOf)
    .filter(({ name }) => name === 'command')
    .map(({ args: [command] }) => command as SubmitCommand);
