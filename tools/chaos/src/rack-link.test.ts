import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { waitFor } from '@vecino/testing';
import { RackLink } from './rack-link.js';

/** A server that sends back what it gets, a link to it, and a client of the link. */
async function wired() {
  let got = '';
  const server: Server = createServer((socket) => {
    socket.on('data', (chunk) => (got += chunk.toString()));
    socket.on('error', () => undefined).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const link = await RackLink.listen(0);
  link.lead({ host: '127.0.0.1', port: address.port });
  const client: Socket = connect(Number(link.address.split(':')[1]), '127.0.0.1');
  client.on('error', () => undefined);
  let said = '';
  client.on('data', (chunk) => (said += chunk.toString()));
  await once(client, 'connect');
  return {
    link,
    client,
    heard: () => said,
    got: () => got,
    hears: (text: string) => waitFor(() => said === text, { what: text, timeoutMs: 5_000, everyMs: 5 }),
    async close() {
      client.destroy();
      await link.close();
      server.close();
    },
  };
}

it('passes bytes on both ways, in their order, also when it becomes faster', async () => {
  const { link, client, hears, close } = await wired();
  link.slow(60);
  client.write('one ');
  await waitFor(() => link.connections === 1, { what: 'the connection' });
  link.slow(0);
  client.write('two');
  await hears('one two');
  await close();
});

it('a cut one holds everything and loses nothing', async () => {
  const { link, client, heard, hears, close } = await wired();
  client.write('before ');
  await hears('before ');
  link.cut();
  client.write('meanwhile');
  await waitFor(() => link.held > 0, { what: 'held bytes' });
  expect(heard()).toBe('before ');
  link.heal();
  await hears('before meanwhile');
  await close();
});

it('a cut one brings what was sent by somebody who has gone since', async () => {
  const { link, client, got, hears, close } = await wired();
  client.write('before ');
  await hears('before ');
  link.cut();
  const gone = once(client, 'close');
  client.end('last words', () => client.destroy());
  await gone;
  await waitFor(() => link.held > 0, { what: 'held bytes' });
  expect(link.connections).toBe(1);
  link.heal();
  await waitFor(() => got() === 'before last words', { what: 'the last words' });
  await waitFor(() => link.connections === 0, { what: 'the end of the connection' });
  await close();
});

it('a reset one ends every connection', async () => {
  const { link, client, close } = await wired();
  await waitFor(() => link.connections === 1, { what: 'the connection' });
  const ended = once(client, 'close');
  expect(link.reset()).toBe(1);
  await ended;
  await waitFor(() => link.connections === 0, { what: 'the end of the connection' });
  await close();
});
