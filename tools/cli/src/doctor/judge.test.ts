import { type Facts } from './facts.js';
import { isNodeNewEnough, judge } from './judge.js';
import { isTemporalTooOld } from './judge-platform.js';
import { type ServiceFact } from './service-facts.js';

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
  topics: undefined,
  services: [],
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

const service = (name: string, standing: Pick<ServiceFact, 'health' | 'why'>): ServiceFact => ({
  name,
  kind: 'service',
  origin: 'clone',
  restarts: 0,
  logPath: `/logs/${name}.log`,
  ...standing,
});

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
    ['topics', { topics: { planned: 5, missing: ['deployment-requests.dlq'] } }],
    ['ingest', { services: [service('ingest', { health: 'unready', why: 'registry: not read for 9 s' })] }],
    ['worker-shared', { services: [service('worker-shared', { health: 'gone' })] }],
    ['loopback', { hasLabAddresses: false }],
    ['folders', { unwritable: [{ path: '/cache', why: 'EACCES' }] }],
  ])('says that %s will not do, and what to do', (subject, change) => {
    expect(verdictOn(subject, change)).toMatchObject({ verdict: 'bad', fix: expect.any(String) });
  });

  it('needs no Java for a Kafka that somebody else runs', () => {
    const change: Partial<Facts> = { java: { problem: 'there is none' }, kafka: 'environment' };
    expect(verdictOn('Java', change)?.verdict).toBe('good');
  });

  it('names the topics that are missing, and the services that are not well and why', () => {
    const services = [
      service('ingest', { health: 'unready', why: 'registry: not read for 9 s' }),
      service('status-projector', { health: 'ready' }),
    ];
    const topics = { planned: 5, missing: ['tenants', 'deployment-requests.dlq'] };
    const findings = judge({ ...healthy, topics, services });
    expect(findings.filter(({ verdict }) => verdict !== 'good')).toEqual([
      {
        subject: 'topics',
        verdict: 'bad',
        found: 'missing, or hidden from these credentials: tenants, deployment-requests.dlq',
        fix: expect.stringContaining('./vecino provision'),
      },
      {
        subject: 'ingest',
        verdict: 'bad',
        found: 'unready: registry: not read for 9 s',
        fix: expect.stringContaining('/logs/ingest.log'),
      },
    ]);
  });

  it('finds a Kafka that has none of the topics new, and not broken', () => {
    expect(verdictOn('topics', { topics: { planned: 2, missing: ['tenants', 'wakes'] } })?.verdict).toBe(
      'poor',
    );
  });

  it('says that topics and services are well where they were asked', () => {
    const change = {
      topics: { planned: 5, missing: [] },
      services: [service('ingest', { health: 'ready' })],
    };
    expect(verdictOn('topics', change)?.verdict).toBe('good');
    expect(verdictOn('services', change)?.found).toBe('well: ingest');
    expect(verdictOn('topics', {})).toBeUndefined();
    expect(verdictOn('services', {})).toBeUndefined();
  });

  it('does not like a Temporal that is older than any that is tested', () => {
    const server = { name: 'Temporal', address: 't:7233' } as const;
    const verdictOf = (version: string) =>
      verdictOn('Temporal', { servers: [{ ...server, says: `server ${version}`, version }] })?.verdict;
    expect(verdictOf('1.28.4')).toBe('poor');
    expect(verdictOf('1.29.1')).toBe('good');
    expect(verdictOn('Temporal', { servers: [{ ...server, says: 'server' }] })?.verdict).toBe('good');
  });

  it.each([
    ['1.9.0', true],
    ['1.29.0-151.2', false],
    ['1.31.0', false],
    ['2.0.0', false],
    ['unknown', false],
  ])('Temporal %s: too old is %p', (version, old) => expect(isTemporalTooOld(version)).toBe(old));

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
