import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where spans go in `telemetry`: takes what is pushed and forgets it, but for how much it was, which `GET /received` tells. */
const received = { posts: 0, bytes: 0 };
const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end(JSON.stringify(received));
  request.on('data', (chunk: Buffer) => (received.bytes += chunk.length));
  request.on('end', () => {
    received.posts += 1;
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ msg: 'ready', endpoint: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
