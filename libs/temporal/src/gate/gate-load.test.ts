import type { Client } from '@temporalio/client';
import { GATE_EVENTS_LIMIT, GATE_HISTORY_BYTES_LIMIT, GateLoad } from './gate-load.js';

/** A server's descriptions of the gate: a mock, since a history of 10 MB takes long to write. */
function describing(gate: { status?: string; events?: number; bytes?: number }) {
  const looks = { count: 0 };
  const describe = () => {
    looks.count += 1;
    const { status = 'RUNNING', events = 0, bytes = 0 } = gate;
    return Promise.resolve({ status: { name: status }, historyLength: events, historySize: bytes });
  };
  return { client: { workflow: { getHandle: () => ({ describe }) } } as unknown as Client, looks };
}

describe('GateLoad', () => {
  test.each([
    ['events', { events: GATE_EVENTS_LIMIT }],
    ['bytes', { bytes: GATE_HISTORY_BYTES_LIMIT }],
  ])('holds a tenant back whose gate has too many %s, before each batch', async (_, gate) => {
    const { client, looks } = describing(gate);
    const load = new GateLoad();
    for (let n = 0; n < 3; n++)
      await expect(load.check(client, 'acme')).rejects.toMatchObject({
        code: 'BACK_PRESSURE',
        disposition: 'retry',
      });
    expect(looks.count).toBe(3);
  });

  test('lets the tenant go on once its gate has continued as new', async () => {
    const gate = { events: GATE_EVENTS_LIMIT };
    const { client } = describing(gate);
    const load = new GateLoad();
    await expect(load.check(client, 'acme')).rejects.toThrow('gate/acme takes nothing in');
    gate.events = 3;
    await load.check(client, 'acme');
  });

  test('looks at a gate that works once in ten batches', async () => {
    const { client, looks } = describing({ events: 100 });
    const load = new GateLoad();
    for (let n = 0; n < 20; n++) await load.check(client, 'acme');
    expect(looks.count).toBe(2);
  });

  test('a gate that has ended takes everything: the next batch starts it again', async () => {
    const { client } = describing({ status: 'TERMINATED', events: GATE_EVENTS_LIMIT });
    await new GateLoad().check(client, 'acme');
  });
});
