import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { cacheDir, findExecutable, runCommand } from '@vecino/devstack';
import type { DeviceTls } from '@vecino/gnoi';
import type { CertificateAuthority, KeyAndCertificate } from '../certificate-authority.js';

/** A Go program on OpenConfig's own Go definitions (Apache-2.0); its go.sum pins every module. */
const SOURCES = resolve(__dirname, '..', '..', 'foreign', 'peer');
const BUILD_MS = 300_000;
/** The first build fetches and compiles gRPC; a test that builds needs so long. */
export const WITH_BUILD_MS = BUILD_MS + 60_000;

/** Path of the program; built once per state of its sources, for all clones. */
export async function buildForeignPeer(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const hash = createHash('sha256');
  for (const name of readdirSync(SOURCES).sort()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  const dir = join(cacheDir(env), 'foreign-peer');
  const program = join(dir, hash.digest('hex').slice(0, 16));
  if (existsSync(program)) return program;
  const go = findExecutable('go', env);
  if (go === undefined)
    throw new Error('the foreign gNOI peer needs Go 1.24 or later: install it (Debian: golang)');
  await mkdir(dir, { recursive: true });
  const making = `${program}.${process.pid}`;
  await runCommand(go, ['build', '-o', making, '.'], { cwd: SOURCES, env, timeoutMs: BUILD_MS });
  await rename(making, program);
  return program;
}

/** One line that the program printed. */
export type PeerEvent = Readonly<Record<string, string | number | boolean>>;

interface PemFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

async function writePem(dir: string, ca: string, own: KeyAndCertificate): Promise<PemFiles> {
  const files = { ca: join(dir, 'peer-ca.pem'), cert: join(dir, 'peer.pem'), key: join(dir, 'peer-key.pem') };
  await writeFile(files.ca, ca);
  await writeFile(files.cert, own.certificate);
  await writeFile(files.key, own.key, { mode: 0o600 });
  return files;
}

const pemFlags = ({ ca, cert, key }: PemFiles): string[] => ['-ca', ca, '-cert', cert, '-key', key];

/** Upgrades a router with the Go client; resolves to what it did, rejects with why it could not. */
export async function upgradeWithGo(options: {
  /** For its PEM files. */
  readonly dir: string;
  readonly authority: CertificateAuthority;
  readonly address: string;
  readonly port: number;
  readonly routerId: string;
  readonly version: string;
  readonly imageFile: string;
}): Promise<PeerEvent[]> {
  const program = await buildForeignPeer();
  const { authority, address, port, routerId, version, imageFile } = options;
  const files = await writePem(
    options.dir,
    authority.identity.certificate,
    await authority.issueClient('go'),
  );
  const target = ['-address', `${address}:${port}`, '-name', routerId];
  const args = ['upgrade', ...pemFlags(files), ...target, '-version', version, '-image', imageFile];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
  if (code !== 0) throw new Error(`the Go client ended with ${code}:\n${error}\nafter\n${out}`);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PeerEvent);
}

export interface ForeignTarget {
  readonly address: string;
  readonly port: number;
  /** Name its certificate is issued for. */
  readonly routerId: string;
  /** For a client of it. */
  readonly tls: DeviceTls;
  /** What it has printed: `up`, `down`, `installed`. */
  readonly events: readonly PeerEvent[];
  stop(): Promise<void>;
}

/** A gNOI and gNMI target with none of our code in it, over mutual TLS on a free port of 127.0.0.1. */
export async function startForeignTarget(options: {
  /** For its PEM files. */
  readonly dir: string;
  readonly authority: CertificateAuthority;
  readonly routerId?: string;
  readonly runningVersion?: string;
}): Promise<ForeignTarget> {
  const program = await buildForeignPeer();
  const { authority, routerId = 'foreign-1', runningVersion = '1.0.0' } = options;
  const ca = authority.identity.certificate;
  const files = await writePem(options.dir, ca, await authority.issueServer(routerId, '127.0.0.1'));
  const args = ['target', ...pemFlags(files), '-name', routerId, '-running', runningVersion];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = exitOf(child);
  const events: PeerEvent[] = [];
  const up = new Promise<number>((resolveUp, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line) as PeerEvent;
      events.push(event);
      if (event['event'] === 'up') resolveUp(Number(event['port']));
    });
    void exit.then((code) => reject(new Error(`the foreign target ended with ${code}`)));
  });
  const port = await up;
  const client = await authority.issueClient('worker');
  return {
    address: '127.0.0.1',
    port,
    routerId,
    tls: { ca, cert: client.certificate, key: client.key },
    events,
    async stop() {
      child.kill();
      await exit;
    },
  };
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolveExit, reject) => {
    child.once('error', reject);
    child.once('close', resolveExit);
  });
