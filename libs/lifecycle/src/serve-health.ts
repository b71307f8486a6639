import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VecinoError } from '@vecino/foundation';
import type { Health } from './health.js';
import { type HealthAddress, healthAddressText } from './health-address.js';

export interface HealthEndpoint {
  /** `host:port`, with the port that was taken. */
  readonly address: string;
  close(): void;
}

const MAX_CONNECTIONS = 64;
/** A question that does not come is not waited for: those that wait count among the connections. */
const ASKED_WITHIN_MS = 5_000;

/**
 * Answers `GET /livez` and `GET /readyz`: 200 or 503, with the whole answer as JSON.
 *
 * @throws VecinoError `HEALTH_ADDRESS_UNUSABLE` where nobody can listen there
 */
export async function serveHealth(wanted: HealthAddress, health: Health): Promise<HealthEndpoint> {
  const limits = {
    headersTimeout: ASKED_WITHIN_MS,
    requestTimeout: ASKED_WITHIN_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(limits, (request, response) => answer(health, request, response));
  server.maxConnections = MAX_CONNECTIONS;
  // Nobody who asks keeps a process from its end.
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(unusable(wanted, cause)));
    server.listen({ ...wanted, exclusive: true }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: healthAddressText({ ...wanted, port }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(health: Health, { method, url }: IncomingMessage, response: ServerResponse): void {
  const path = url?.split('?', 1)[0];
  if (path !== '/livez' && path !== '/readyz') return send(response, 404, { paths: ['/livez', '/readyz'] });
  if (method !== 'GET' && method !== 'HEAD') return send(response, 405, { methods: ['GET', 'HEAD'] });
  switch (path) {
    case '/livez': {
      const liveness = health.liveness();
      return send(response, liveness.alive ? 200 : 503, liveness);
    }
    case '/readyz': {
      const readiness = health.readiness();
      return send(response, readiness.ready ? 200 : 503, readiness);
    }
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  // A connection that is kept would be counted as one of those that may be.
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' };
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`);
}

const unusable = (address: HealthAddress, cause: Error): VecinoError<'HEALTH_ADDRESS_UNUSABLE'> =>
  new VecinoError(
    'HEALTH_ADDRESS_UNUSABLE',
    `VECINO_HEALTH_ADDRESS: cannot listen at ${healthAddressText(address)}: ${cause.message}`,
    { disposition: 'retry', cause },
  );
