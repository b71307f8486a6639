import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { readAuthority, writeCertificates, type RouterSettings } from '@vecino/router-simulator';
import type { Bench, BenchContext } from './bench.js';
import type { ImageJob, ImageSent } from './image-job.js';
import { ask, startPeer, type Peer } from './image-peer.js';
import { repositoryRoot, spread, spreadOf, cut, type Round } from './report.js';

const DEFAULT_MIB = 2048;
const MIB = 1024 * 1024;
const ROUTER_ID = 'image-router';
const ADDRESS = '127.0.0.1';

/** One image to one simulated router, beside the same file through a bare TLS stream; sender and receiver are processes of their own. */
export const image: Bench = {
  name: 'image',
  summary: 'MiB/s of one image to one router over mTLS, beside Node’s own TLS stream; memory of the sender',
  defaultRounds: 3,
  async run(context: BenchContext) {
    const mib = context.mib ?? DEFAULT_MIB;
    const dir = await mkdtemp(join(tmpdir(), 'vecino-bench-image-'));
    const peers: Peer[] = [];
    try {
      const file = join(dir, 'image.bin');
      const content = { file, bytes: mib * MIB, sha256: await writeRandom(file, mib) };
      const certificates = join(dir, 'certificates');
      await writeCertificates(certificates);
      const router = await startRouter(dir, certificates);
      peers.push(router);
      const sink = await startSink(dir, certificates);
      peers.push(sink);
      const send = (over: ImageJob['over'], version: string): Promise<ImageSent> =>
        ask<ImageSent>('image-sender.js', {
          over,
          version,
          port: over === 'driver' ? router.port : sink.port,
          serverName: ROUTER_ID,
          certificates,
          ...content,
        } satisfies ImageJob);
      const rounds: Round[] = [];
      // Once each without counting: the file is in the page cache, and both receivers have compiled what they run.
      for (const over of ['driver', 'tls'] as const) await send(over, 'warm-up');
      for (let n = 1; n <= context.rounds; n++) {
        const order = n % 2 === 0 ? (['tls', 'driver'] as const) : (['driver', 'tls'] as const);
        const sent: Partial<Record<ImageJob['over'], ImageSent>> = {};
        for (const over of order) sent[over] = await send(over, `round-${n}`);
        rounds.push(compare(mib, sent.driver, sent.tls));
        context.print(`round ${n}: ${JSON.stringify(rounds.at(-1))}`);
      }
      return {
        rounds,
        ratio: cutSpread(rounds.map((round) => round['ratio'] ?? NaN)),
        figures: {
          image_mib: mib,
          driver_mib_per_s: spreadOf(rounds, 'driver_mib_per_s'),
          tls_mib_per_s: spreadOf(rounds, 'tls_mib_per_s'),
          driver_growth_mib: spreadOf(rounds, 'driver_growth_mib'),
          tls_growth_mib: spreadOf(rounds, 'tls_growth_mib'),
        },
      };
    } finally {
      for (const peer of peers) await peer.stop();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

function compare(mib: number, driver: ImageSent | undefined, tls: ImageSent | undefined): Round {
  const rate = (sent: ImageSent | undefined): number => (sent ? (mib * 1_000) / sent.ms : NaN);
  const growth = (sent: ImageSent | undefined): number => Math.ceil((sent?.growthBytes ?? NaN) / MIB);
  return {
    ratio: cut(rate(driver) / rate(tls), 3),
    driver_mib_per_s: cut(rate(driver)),
    tls_mib_per_s: cut(rate(tls)),
    driver_growth_mib: growth(driver),
    tls_growth_mib: growth(tls),
  };
}

function cutSpread(values: readonly number[]) {
  const { median, min, max } = spread(values);
  return { median: cut(median, 3), min: cut(min, 3), max: cut(max, 3) };
}

/** Content that no layer can compress. Returns its hex SHA-256. */
async function writeRandom(file: string, mib: number): Promise<string> {
  const block = randomBytes(MIB);
  const hash = createHash('sha256');
  const stream = createWriteStream(file);
  for (let n = 0; n < mib; n++) {
    block.writeUInt32BE(n);
    hash.update(block);
    // A copy: the stream may still hold the block when the next one is made.
    if (!stream.write(Buffer.from(block))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  return hash.digest('hex');
}

/** The simulator as it is started everywhere else, with room for every round's image. */
async function startRouter(dir: string, certificates: string): Promise<Peer> {
  const router: RouterSettings = {
    routerId: ROUTER_ID,
    address: ADDRESS,
    port: 0,
    runningVersion: '1.0.0',
    freeBytes: 2 ** 50,
  };
  const config = join(dir, 'simulator.json');
  await writeFile(config, JSON.stringify({ routers: [router], certificates, controlPort: 0 }));
  const main = join(repositoryRoot(), 'tools', 'router-simulator', 'dist', 'main.js');
  return startPeer(main, ['--config', config], async ({ control_port: port }) => {
    const response = await fetch(`http://${ADDRESS}:${Number(port)}/routers`);
    const [snapshot] = (await response.json()) as { port: number }[];
    return snapshot?.port ?? 0;
  });
}

async function startSink(dir: string, certificates: string): Promise<Peer> {
  const authority = await readAuthority(certificates);
  const { certificate, key } = await authority.issueServer(ROUTER_ID, ADDRESS);
  const files = {
    ca: join(certificates, 'ca.pem'),
    cert: join(dir, 'sink.pem'),
    key: join(dir, 'sink-key.pem'),
  };
  await writeFile(files.cert, certificate);
  await writeFile(files.key, key, { mode: 0o600 });
  const main = join(__dirname, 'image-sink.js');
  return startPeer(main, [JSON.stringify(files)], ({ port }) => Promise.resolve(Number(port)));
}
