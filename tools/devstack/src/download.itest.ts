import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download } from './download.js';

const BODY = randomBytes(400_000);
const SHA256 = createHash('sha256').update(BODY).digest('hex');
const HALF = 200_000;
/** Asks for the rest, not for the whole. */
const PARTIAL = /^bytes=[1-9]\d*-$/;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Says that the whole file comes, and hangs up half way. */
const hangUpHalfWay: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': BODY.length });
  response.write(BODY.subarray(0, HALF), () => response.destroy());
};

const whole: Answer = (_request, response) => void response.end(BODY);

const continued: Answer = (request, response) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = `bytes ${from}-${BODY.length - 1}/${BODY.length}`;
  response.writeHead(from > 0 ? 206 : 200, { 'content-range': range }).end(BODY.subarray(from));
};

describe('download', () => {
  let server: Server;
  let dir: string;
  let answers: Answer[];
  let ranges: (string | undefined)[];

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vecino-download-'));
    answers = [];
    ranges = [];
    server = createServer((request, response) => {
      ranges.push(request.headers.range);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true });
  });

  const file = (digest = SHA256) => ({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    sha256: digest,
    bytes: BODY.length,
  });
  const target = () => join(dir, 'file');

  it('continues where the connection broke', async () => {
    answers = [hangUpHalfWay, continued];
    await download(file(), target());
    expect(readFileSync(target()).equals(BODY)).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(PARTIAL)]);
    expect(existsSync(`${target()}.part`)).toBe(false);
  });

  it('continues in a later call what an earlier one left', async () => {
    answers = [hangUpHalfWay];
    await expect(download(file(), target(), { attempts: 1 })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expect(existsSync(target())).toBe(false);
    answers = [continued];
    await download(file(), target());
    expect(ranges.at(-1)).toMatch(PARTIAL);
    expect(readFileSync(target()).equals(BODY)).toBe(true);
  });

  it('starts again where the server does not continue', async () => {
    answers = [hangUpHalfWay, whole];
    await download(file(), target());
    expect(readFileSync(target()).equals(BODY)).toBe(true);
  });

  it('refuses a file that stays short', async () => {
    answers = [hangUpHalfWay, (_request, response) => void response.writeHead(416).end()];
    await expect(download(file(), target(), { attempts: 2 })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expect(existsSync(target())).toBe(false);
  });

  it('refuses another content than the pinned one, and keeps nothing of it', async () => {
    answers = [whole];
    await expect(download(file('0'.repeat(64)), target())).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(existsSync(target())).toBe(false);
    expect(existsSync(`${target()}.part`)).toBe(false);
    expect(ranges).toHaveLength(1);
  });

  it('asks for nothing when the file is there', async () => {
    answers = [whole];
    await download(file(), target());
    await download(file(), target());
    expect(ranges).toHaveLength(1);
  });
});
