import { Client, Connection } from '@temporalio/client';
import { ensureNamespace } from '@vecino/temporal';

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
      await ensureNamespace(connection, { namespace });
    },
    close: () => connection.close(),
  };
}
