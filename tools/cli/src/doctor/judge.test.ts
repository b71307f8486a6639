import { type Facts } from './facts.js';
import { isNodeNewEnough, judge } from './judge.js';

const GIB = 1024 ** 3;
const healthy: Facts = {
  node: '20.20.0',
  npm: '11.0.0',
  java: { major: 17, path: '/usr/bin/java' },
  go: 'go1.26.0',
  kafka: 'cache',
  temporal: 'cache',
  redis: 'machine',
  configuration: [],
  servers: [],
  takenPorts: [],
  takenAddresses: [],
  hasLabAddresses: true,
  freeMemory: 8 * GIB,
  freeDisk: 50 * GIB,
  cacheDir: '/cache',
  unwritable: [],
  now: Date.UTC(2026, 10, 1),
  notBefore: Date.UTC(2026, 9, 1),
  skews: [],
};

const verdictOn = (subject: string, change: Partial<Facts>) =>
  judge({ ...healthy, ...change }).findLast((finding) => finding.subject === subject);

describe('the doctor', () => {
  it('finds nothing wrong with a healthy machine', () => {
    expect(judge(healthy).filter(({ verdict }) => verdict !== 'good')).toEqual([]);
  });

  it.each<[string, Partial<Facts>]>([
    ['Node.js', { node: '18.20.0' }],
    ['npm', { npm: undefined }],
    ['Java', { java: { problem: 'there is none' } }],
    ['memory', { freeMemory: GIB }],
    ['disk', { freeDisk: GIB }],
    ['clock', { now: Date.UTC(1970, 0, 2) }],
    ['clock', { skews: [{ who: 'Temporal', aheadMs: -90_000 }] }],
    ['settings', { configuration: ['KAFKA_SSL: must be true or false'] }],
    [
      'Kafka',
      { servers: [{ name: 'Kafka', address: 'k:1', fault: 'does not answer' }], kafka: 'environment' },
    ],
    ['addresses', { takenAddresses: [{ name: 'VECINO_METRICS_ADDRESS', port: 9464 }] }],
    ['loopback', { hasLabAddresses: false }],
    ['folders', { unwritable: [{ path: '/cache', why: 'EACCES' }] }],
  ])('says that %s will not do, and what to do', (subject, change) => {
    expect(verdictOn(subject, change)).toMatchObject({ verdict: 'bad', fix: expect.any(String) });
  });

  it('needs no Java for a Kafka that somebody else runs', () => {
    const change: Partial<Facts> = { java: { problem: 'there is none' }, kafka: 'environment' };
    expect(verdictOn('Java', change)?.verdict).toBe('good');
  });

  it('names the taken ports, which stop nothing', () => {
    const by = { pid: 7, command: 'java kafka.Kafka' };
    const finding = verdictOn('ports', { takenPorts: [{ name: 'kafka', port: 9092, by }] });
    expect(finding).toMatchObject({
      verdict: 'poor',
      found: 'taken: 9092 (kafka) by java kafka.Kafka, process 7',
    });
  });

  it('promises the build with Go only where there is Go', () => {
    expect(verdictOn('Temporal', { temporal: 'absent' })?.found).toContain('built with go1.26.0');
    expect(verdictOn('Temporal', { temporal: 'absent', go: undefined })?.fix).toContain('Temporal CLI');
  });

  it.each([
    ['20.18.3', false],
    ['20.19.0', true],
    ['21.7.0', false],
    ['22.11.0', false],
    ['22.12.0', true],
    ['24.0.0', true],
  ])('Node.js %s: new enough is %p', (version, enough) => expect(isNodeNewEnough(version)).toBe(enough));
});
