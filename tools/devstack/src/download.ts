import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { devstackError, isDevstackError } from './fault.js';

const STALL_MS = 30_000;

export interface Download {
  readonly url: string;
  readonly sha256: string;
  readonly bytes?: number;
}

export interface DownloadOptions {
  /** Hears the number of bytes of each arriving chunk. */
  readonly onBytes?: (count: number) => void;
  /** How long the server may take to answer at all. */
  readonly answerWithinMs?: number;
  readonly attempts?: number;
}

/**
 * Fetches a file once. What arrived before an interruption stays in `<target>.part` and the next call continues there;
 * `target` appears only after its digest was checked.
 * @throws DOWNLOAD_FAILED after the attempts are used up, DIGEST_MISMATCH at once.
 */
export async function download(file: Download, target: string, options: DownloadOptions = {}): Promise<void> {
  if (await isComplete(target, file.bytes)) return;
  await mkdir(dirname(target), { recursive: true });
  const part = `${target}.part`;
  const policy = retry(
    handleWhen((error) => isDevstackError(error, 'DOWNLOAD_FAILED')),
    {
      maxAttempts: (options.attempts ?? 4) - 1,
      backoff: new ExponentialBackoff({ initialDelay: 300, maxDelay: 5_000 }),
    },
  );
  await policy.execute(() => fetchRest(file, part, options));
  await checkDigest(part, file);
  await rename(part, target);
}

/** A file under its final name was verified before it got that name. */
async function isComplete(target: string, bytes: number | undefined): Promise<boolean> {
  const size = await sizeOf(target);
  return size !== undefined && (bytes === undefined || size === bytes);
}

async function fetchRest(file: Download, part: string, options: DownloadOptions): Promise<void> {
  let have = (await sizeOf(part)) ?? 0;
  if (file.bytes !== undefined && have === file.bytes) return;
  const abort = new AbortController();
  const giveUp = setTimeout(() => abort.abort(), options.answerWithinMs ?? STALL_MS);
  try {
    const response = await fetch(file.url, {
      signal: abort.signal,
      ...(have > 0 ? { headers: { range: `bytes=${have}-` } } : {}),
    });
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Error('the server refused to continue the partial file');
    }
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    if (!continuesAt(response, have)) have = 0;
    const body = Readable.fromWeb(response.body as never);
    body.on('data', (chunk: Buffer) => {
      giveUp.refresh();
      options.onBytes?.(chunk.length);
    });
    await pipeline(body, createWriteStream(part, { flags: have > 0 ? 'a' : 'w' }));
  } catch (cause) {
    throw devstackError('DOWNLOAD_FAILED', `could not download ${file.url}`, cause);
  } finally {
    clearTimeout(giveUp);
  }
  const size = await sizeOf(part);
  if (file.bytes !== undefined && size !== undefined && size < file.bytes)
    throw devstackError('DOWNLOAD_FAILED', `${file.url} ended after ${size} of ${file.bytes} bytes`);
}

/** A server may ignore the range (200) or answer another one: only an exact continuation is appended. */
const continuesAt = (response: Response, have: number): boolean =>
  response.status === 206 && (response.headers.get('content-range') ?? '').startsWith(`bytes ${have}-`);

async function checkDigest(part: string, file: Download): Promise<void> {
  const actual = await sha256Of(part);
  if (actual === file.sha256) return;
  await rm(part, { force: true });
  throw devstackError(
    'DIGEST_MISMATCH',
    `${file.url} has the SHA-256 digest ${actual} instead of ${file.sha256}: nothing of it is used`,
  );
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    (found) => found.size,
    () => undefined,
  );
