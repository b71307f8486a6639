import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { connect } from 'node:tls';
import { errorText } from '@vecino/foundation';
import { connectDevice, type DeviceTls } from '@vecino/gnoi';
import { certificateFiles } from '@vecino/router-simulator';
import type { ImageJob, ImageSent } from './image-job.js';

const SAMPLE_MS = 100;
/** As the image store reads. */
const READ_BYTES = 256 * 1024;

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '{}') as ImageJob;
  const { ca, clientCert, clientKey } = certificateFiles(job.certificates);
  const tls = { ca: readFileSync(ca), cert: readFileSync(clientCert), key: readFileSync(clientKey) };
  const sent = job.over === 'driver' ? await sendByDriver(job, tls) : await sendByTls(job, tls);
  process.stdout.write(`${JSON.stringify(sent)}\n`);
}

async function sendByDriver(job: ImageJob, tls: DeviceTls): Promise<ImageSent> {
  const { port, serverName, version, bytes, sha256, file } = job;
  const device = connectDevice({ address: '127.0.0.1', port, tls, serverName });
  const greeting = await device.os.verify();
  if (greeting.kind !== 'answer') throw new Error(`Verify: ${greeting.message}`);
  const open = () => createReadStream(file, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>;
  const sent = await measured(async () => {
    const outcome = await device.os.install({ image: { version, bytes, sha256, open } });
    if (outcome.kind !== 'validated' || outcome.bytes !== bytes) throw new Error(JSON.stringify(outcome));
  });
  device.close();
  return sent;
}

async function sendByTls(job: ImageJob, tls: DeviceTls): Promise<ImageSent> {
  const { port, serverName, bytes, sha256, file } = job;
  const socket = connect({ host: '127.0.0.1', port, servername: serverName, ...tls });
  await once(socket, 'secureConnect');
  return measured(async () => {
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    const answered = once(socket, 'end');
    await pipeline(createReadStream(file), socket, { end: true });
    await answered;
    if (answer !== `${bytes} ${sha256}`) throw new Error(`the receiver has ${answer}`);
  });
}

async function measured(transfer: () => Promise<void>): Promise<ImageSent> {
  const before = process.memoryUsage.rss();
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), SAMPLE_MS);
  const start = performance.now();
  await transfer();
  const ms = performance.now() - start;
  clearInterval(timer);
  return { ms, growthBytes: highest - before };
}

main().catch((error: unknown) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
});
