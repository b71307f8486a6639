import { SINGLE_OBJECT, type SchemaRegistryClient } from '@vecino/contracts';
import { silentLogger } from '@vecino/telemetry';
import { statusFraming } from './status-framing.js';

/** A registry that is away for the first calls; the real one is asked over HTTP by the adapter, which has its own tests. */
const awayFor = (calls: number): SchemaRegistryClient => {
  let asked = 0;
  return {
    schemaOf: () => Promise.reject(new Error('not asked here')),
    idOf: () => (asked++ < calls ? Promise.reject(new Error('away')) : Promise.resolve(42)),
  };
};

describe('the framing of statuses', () => {
  const { signal } = new AbortController();

  test('is single-object without a schema registry', async () => {
    expect(await statusFraming(undefined, silentLogger, signal)).toEqual(SINGLE_OBJECT);
  });

  test('is the Confluent wire format with one, also when it comes late', async () => {
    expect(await statusFraming(awayFor(2), silentLogger, signal)).toEqual({
      kind: 'confluent',
      schemaId: 42,
    });
  });

  test('is not waited for once the service is stopped', async () => {
    const stop = new AbortController();
    const waiting = statusFraming(awayFor(1_000), silentLogger, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
