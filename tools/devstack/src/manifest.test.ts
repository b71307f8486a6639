import { KAFKA_JARS, KAFKA_VERSION, parseJarTable, TEMPORAL_ARCHIVES } from './manifest.js';

describe('the manifest', () => {
  it('pins every Kafka jar once, under its own file name', () => {
    const names = KAFKA_JARS.map((jar) => jar.path.split('/').at(-1));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(`kafka_2.13-${KAFKA_VERSION}.jar`);
    expect(names).toContain(`kafka-server-${KAFKA_VERSION}.jar`);
    for (const jar of KAFKA_JARS) expect(jar.bytes).toBeGreaterThan(0);
  });

  it('pins a Temporal release for each platform that has one', () => {
    expect(Object.keys(TEMPORAL_ARCHIVES)).toEqual([
      'linux_amd64',
      'linux_arm64',
      'darwin_amd64',
      'darwin_arm64',
    ]);
    for (const digest of Object.values(TEMPORAL_ARCHIVES)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('turns coordinates into repository paths', () => {
    const digest = 'a'.repeat(64);
    expect(parseJarTable(`\n${digest}  12 org.slf4j:slf4j-api:1.7.36\n`)).toEqual([
      { sha256: digest, bytes: 12, path: 'org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar' },
    ]);
  });

  it.each(['', 'abc 12 org:a:1', `${'a'.repeat(64)} 12 org:a`])('refuses a broken line: %j', (line) => {
    expect(() => parseJarTable(line)).toThrow('not a pinned jar');
  });
});
