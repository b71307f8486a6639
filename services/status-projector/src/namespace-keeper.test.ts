import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { memoryFeed } from '@vecino/registry/testing';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import { NamespaceKeeper } from './namespace-keeper.js';
import { tenantsOn } from './testing/registry-under-test.js';

/** To a Temporal with one workflow in each namespace, of which some cannot be counted. */
function connectionUnderTest(uncounted: readonly string[]) {
  const calls = <T>(_: unknown, call: () => Promise<T>): Promise<T> => call();
  const workflowService = {
    describeNamespace: () => Promise.reject(new Error('nobody is to poll here')),
    countWorkflowExecutions: ({ namespace }: { readonly namespace: string }) =>
      uncounted.includes(namespace)
        ? Promise.reject(new Error('its list is away'))
        : Promise.resolve({ count: 1 }),
  };
  const connection = { workflowService, withDeadline: calls };
  const options = { namespace: 'shared' };
  const client = { options, connection, withDeadline: calls, withAbortSignal: calls };
  return { client: client as unknown as Client, connection: connection as unknown as NativeConnection };
}

test('a namespace that cannot be counted hides none of those that were left after it', async () => {
  const registry = tenantsOn({ broken: 'pooled', fine: 'pooled' });
  const moved = { from: 'namespace', epoch: 1 } as const;
  const tenants = registry.tenants.map((tenant) => ({ ...tenant, moved }));
  const served: string[] = [];
  const faults: unknown[] = [];
  const keeper = new NamespaceKeeper({
    registry: memoryFeed({ ...registry, tenants }),
    ...connectionUnderTest(['tenant-broken']),
    gates: { start: () => Promise.resolve('started') },
    activitiesFor: (own) => (served.push(own.options.namespace), {}),
    logger: { ...silentLogger, warn: ({ err }) => void faults.push(err) },
  });
  const starting = keeper.start();
  await waitFor(() => faults.length > 0, { what: 'the look that failed to be told' });
  await keeper.stop();
  await starting;
  expect(served).toEqual(['shared', 'tenant-fine']);
  expect(faults).toMatchObject([{ message: expect.stringContaining('namespace tenant-broken:') }]);
});
