import { entryOf, keysOf } from './entry-options.js';

test('options become the keys of the registry, and what is not said says nothing', () => {
  const keys = keysOf({
    tier: 'basic',
    network: ['10.1.0.0/16'],
    cap: 3,
    tls: false,
    lab: true,
    key: ['upgrade.soak_seconds=5'],
  });
  expect(entryOf('acme', keys)).toEqual({
    id: 'acme',
    tier: 'basic',
    networks: ['10.1.0.0/16'],
    limits: { max_concurrent_workflows_per_tenant: 3 },
    device: { tls: false },
    lab: true,
    upgrade: { soak_seconds: 5 },
  });
  expect(keysOf({})).toEqual({});
});

test('what is unset is named by its key or by its option', () => {
  expect(keysOf({}, ['cap', 'limits.queue', 'status-format', 'device-port'])).toEqual({
    'limits.max_concurrent_workflows_per_tenant': null,
    'limits.queue': null,
    status_format: null,
    'device.port': null,
  });
});

test.each([
  [['images.allow=["2.*"]'], { 'images.allow': ['2.*'] }],
  [['name=Acme & Co = two'], { name: 'Acme & Co = two' }],
  [['upgrade.rollback=false'], { 'upgrade.rollback': false }],
])('--key %s', (key, keys) => {
  expect(keysOf({ key })).toEqual(keys);
});

test.each([
  ['limits.queu=3', 'did you mean limits.queue?'],
  ['queue', 'say KEY=VALUE'],
  ['id=other', 'is no key of a tenant'],
])('--key %s is refused', (pair, text) => {
  expect(() => keysOf({ key: [pair] })).toThrow(text);
});
