import { Client, Connection } from '@temporalio/client';
import { ensureSearchAttributes } from '@vecino/temporal';
import { waitFor } from '@vecino/testing';

const RETENTION_SECONDS = 86_400;
const NAMESPACE_WITHIN_MS = 60_000;

/** What a bench asks of Temporal itself. */
export interface TemporalDesk {
  client(namespace: string): Client;
  /** A namespace of a measurement's own, with the search attributes: no task of another one is met there. */
  createNamespace(namespace: string): Promise<void>;
  close(): Promise<void>;
}

export async function openTemporal(address: string): Promise<TemporalDesk> {
  const connection = await Connection.connect({ address });
  return {
    client: (namespace) => new Client({ connection, namespace }),
    async createNamespace(namespace) {
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
      });
      // The server takes up a new namespace with its next refresh.
      const known = { what: `namespace ${namespace}`, timeoutMs: NAMESPACE_WITHIN_MS };
      await waitFor(() => connection.workflowService.describeNamespace({ namespace }), known);
      await waitFor(async () => {
        await ensureSearchAttributes(connection, namespace);
        await new Client({ connection, namespace }).workflow.count("TenantId = 'nobody'");
        return true;
      }, known);
    },
    close: () => connection.close(),
  };
}
