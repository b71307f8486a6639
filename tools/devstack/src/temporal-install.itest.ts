import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { isExecutable } from './find-executable.js';
import { TEMPORAL_ARCHIVES, temporalArchivePath } from './manifest.js';
import { silentProgress } from './progress.js';
import { goPlatform, prepareTemporal } from './temporal-install.js';

describe('prepareTemporal', () => {
  let dir: string;
  let server: Server;
  let served: Buffer;
  let asked: string[];

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vecino-temporal-'));
    asked = [];
    writeFileSync(join(dir, 'temporal'), 'a server');
    await create({ gzip: true, cwd: dir, file: join(dir, 'release.tar.gz') }, ['temporal']);
    served = readFileSync(join(dir, 'release.tar.gz'));
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(served);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true });
  });

  const cache = () => join(dir, 'cache');
  const env = () => ({
    PATH: '',
    VECINO_TEMPORAL_MIRROR: `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases/`,
  });
  const pin = (digest: string) => jest.replaceProperty(TEMPORAL_ARCHIVES, goPlatform(), digest);

  it('unpacks the pinned release into the cache, once, also when two ask at the same time', async () => {
    pin(createHash('sha256').update(served).digest('hex'));
    const both = await Promise.all([
      prepareTemporal(cache(), silentProgress, env()),
      prepareTemporal(cache(), silentProgress, env()),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect(both[0].origin).toBe('cache');
    expect(readFileSync(both[0].path, 'utf8')).toBe('a server');
    expect(isExecutable(both[0].path)).toBe(true);
    expect(asked).toEqual([`/releases/${temporalArchivePath(goPlatform())}`]);
    expect(readdirSync(join(both[0].path, '..'))).toEqual(['temporal']);
  });

  it('refuses a release with another digest, and builds nothing in its place', async () => {
    pin('0'.repeat(64));
    await expect(prepareTemporal(cache(), silentProgress, env())).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  // Go itself would take minutes and need the network: this one writes down what it is asked for.
  it('builds with a newer SQLite than the release has where that cannot be downloaded, and keeps it apart', async () => {
    const script = ['#!/bin/sh', `echo "$@" >> '${dir}/asked'`, 'if [ "$1" = build ]'];
    writeFileSync(join(dir, 'go'), [...script, 'then echo "a server" > temporal', 'fi', ''].join('\n'));
    chmodSync(join(dir, 'go'), 0o755);
    const offline = { PATH: dir, VECINO_TEMPORAL_MIRROR: 'http://127.0.0.1:9' };
    rmSync(join(dir, 'temporal'));
    const built = await prepareTemporal(cache(), silentProgress, offline);
    expect(built.path).toContain('1.44.3');
    expect(readFileSync(join(dir, 'asked'), 'utf8')).toBe(
      [
        'mod init vecino.invalid/build',
        'get github.com/temporalio/cli/cmd/temporal@v1.5.1 modernc.org/sqlite@v1.44.3',
        'build -v -o temporal github.com/temporalio/cli/cmd/temporal',
        '',
      ].join('\n'),
    );
    expect(await prepareTemporal(cache(), silentProgress, env())).toEqual(built);
    expect(asked).toEqual([]);
  });

  it('builds where it is told to, though there is a release', async () => {
    pin(createHash('sha256').update(served).digest('hex'));
    await prepareTemporal(cache(), silentProgress, env());
    await expect(
      prepareTemporal(cache(), silentProgress, { ...env(), VECINO_TEMPORAL_BUILD: 'go' }),
    ).rejects.toMatchObject({ code: 'PART_MISSING', message: expect.stringContaining('install Go') });
  });

  it('says what to install where there is neither a download nor Go', async () => {
    const nowhere = { PATH: '', VECINO_TEMPORAL_MIRROR: 'http://127.0.0.1:9' };
    await expect(prepareTemporal(cache(), silentProgress, nowhere)).rejects.toMatchObject({
      code: 'PART_MISSING',
      message: expect.stringContaining('put the Temporal CLI on the PATH'),
    });
  });
});
