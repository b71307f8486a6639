import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REGISTERED_SCHEMAS } from './registered-schemas.js';

/** The part of a Confluent schema registry that readers ask, with `REGISTERED_SCHEMAS` in it. */
export interface SchemaRegistryTwin {
  readonly url: string;
  close(): Promise<void>;
}

const NOT_FOUND = { status: 404, body: { error_code: 40403, message: 'Schema not found' } };

export async function startSchemaRegistryTwin(): Promise<SchemaRegistryTwin> {
  const server = createServer((request, response) => {
    const id = /^\/schemas\/ids\/(-?\d+)$/.exec(request.url ?? '')?.[1];
    const { status, body } = REGISTERED_SCHEMAS.get(Number(id)) ?? NOT_FOUND;
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
