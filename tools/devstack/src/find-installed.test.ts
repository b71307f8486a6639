import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { findExecutable } from './find-executable.js';
import { findJava, parseJavaMajor } from './java.js';
import { findKafkaLibs } from './kafka-install.js';
import { goPlatform } from './temporal-install.js';

describe('where things are looked for', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'vecino-find-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  const script = (name: string, text: string) => {
    const path = join(dir, 'bin', name);
    mkdirSync(join(dir, 'bin'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('takes the cache from the environment, else from the home folder', () => {
    expect(cacheDir({ VECINO_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheDir({ XDG_CACHE_HOME: '/b' })).toBe('/b/vecino');
    expect(cacheDir({})).toMatch(/\.cache\/vecino$/);
  });

  it('finds the first executable of a name on the PATH, and nothing that cannot be run', () => {
    const path = script('tool', 'true');
    expect(findExecutable('tool', { PATH: `/nowhere::${join(dir, 'bin')}` })).toBe(path);
    chmodSync(path, 0o644);
    expect(findExecutable('tool', { PATH: join(dir, 'bin') })).toBeUndefined();
  });

  it('finds the jars of a distribution by KAFKA_HOME or around its start script', () => {
    const libs = join(dir, 'kafka', 'libs');
    mkdirSync(join(dir, 'kafka', 'bin'), { recursive: true });
    mkdirSync(libs);
    const env = { KAFKA_HOME: join(dir, 'kafka') };
    expect(findKafkaLibs(env)).toBeUndefined();
    writeFileSync(join(libs, 'kafka-server-4.1.1.jar'), '');
    expect(findKafkaLibs(env)).toBe(libs);
    const start = join(dir, 'kafka', 'bin', 'kafka-server-start.sh');
    writeFileSync(start, '');
    chmodSync(start, 0o755);
    mkdirSync(join(dir, 'bin'));
    symlinkSync(start, join(dir, 'bin', 'kafka-server-start.sh'));
    expect(findKafkaLibs({ PATH: join(dir, 'bin') })).toBe(libs);
  });

  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_292"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['command not found', undefined],
  ])('reads %j as Java %p', (line, major) => expect(parseJavaMajor(line)).toBe(major));

  it('says what to install where there is no Java or only an old one', async () => {
    await expect(findJava({ PATH: join(dir, 'bin') })).rejects.toThrow(/there is none: install a Java 17/);
    script('java', `echo 'openjdk version "11.0.2"' >&2`);
    await expect(findJava({ PATH: join(dir, 'bin') })).rejects.toThrow(/is Java 11: install a Java 17/);
  });

  it('names platforms as the release archives do', () => {
    expect(goPlatform('linux', 'x64')).toBe('linux_amd64');
    expect(goPlatform('darwin', 'arm64')).toBe('darwin_arm64');
  });
});
