import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText } from '@vecino/foundation';
import { redactFields } from '@vecino/telemetry';
import { type HealthAddress, healthAddressText } from './health-address.js';

export interface Endpoint {
  /** `host:port`, with the port that was taken. */
  readonly address: string;
  close(): void;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What is answered to a GET, by path. */
export type Answers = Readonly<Record<string, () => Answer | Promise<Answer>>>;

const MAX_CONNECTIONS = 64;
/** A question that does not come is not waited for: those that wait count among the connections. */
const ASKED_WITHIN_MS = 5_000;

/** Rejects with what the system says where nobody can listen there. */
export async function servePaths(wanted: HealthAddress, answers: Answers): Promise<Endpoint> {
  const limits = {
    headersTimeout: ASKED_WITHIN_MS,
    requestTimeout: ASKED_WITHIN_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(limits, (request, response) => void answer(answers, request, response));
  server.maxConnections = MAX_CONNECTIONS;
  // Nobody who asks keeps a process from its end.
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
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

async function answer(
  answers: Answers,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const paths = Object.keys(answers);
  const path = paths.find((known) => known === url?.split('?', 1)[0]);
  if (path === undefined) return send(response, json(404, { paths }));
  if (method !== 'GET' && method !== 'HEAD') return send(response, json(405, { methods: ['GET', 'HEAD'] }));
  try {
    send(response, (await answers[path]?.()) ?? json(404, { paths }));
  } catch (error) {
    send(response, json(500, { fault: errorText(error) }));
  }
}

/** Whoever asks may be anybody: without secrets, whichever error's text is in it. */
export const json = (status: number, body: object): Answer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(redactFields(body))}\n`,
});

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  // A connection that is kept would be counted as one of those that may be.
  const headers = { 'content-type': contentType, 'cache-control': 'no-store', connection: 'close' };
  response.writeHead(status, headers).end(body);
}
