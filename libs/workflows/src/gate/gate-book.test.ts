import { HELD_CHARACTERS_LIMIT } from '@vecino/admission';
import type { GateItem, TenantSettings } from '../api/gate-protocol.js';
import { EMPTY_CARRIED } from './carried.js';
import { GateBook } from './gate-book.js';
import { CARRIED_BYTES_LIMIT } from './gate-limits.js';

const settings: TenantSettings = {
  tenantId: 'acme',
  revision: 5,
  tier: 'premium',
  cap: 10,
  queueLimit: 5_000,
  taskQueue: 'tenant-acme-deployments',
  statusFormat: 'avro',
  paused: false,
};

const item = (n: number, more: Partial<GateItem> = {}): GateItem => ({
  deploymentId: `0199c1f0-7b3a-7c5e-9d2f-${String(n).padStart(12, '0')}`,
  routerId: `edge-router-${n}`,
  routerIp: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  softwareVersion: '21.4R3-S5',
  priority: 3,
  offset: n,
  timestamp: 1_795_000_000_000 + n,
  fingerprint: 'abcdefghijklmnop',
  requestedAt: 1_795_000_000_000,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  ...more,
});

const batch = (items: readonly GateItem[], more: Partial<TenantSettings> = {}) => ({
  topic: 'deployment-requests',
  partition: 0,
  items,
  settings: { ...settings, ...more },
});

describe('GateBook', () => {
  test('a queue as full as it may be is carried to the next run with room to spare', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    for (let n = 0; n < 6_000; n += 500) {
      book.take(batch(Array.from({ length: 500 }, (_, i) => item(n + i))), 1);
      book.admit(1);
      book.published(book.outbox.length);
    }
    const carried = JSON.stringify(book.toCarried([], true)).length;
    expect(book.admission.queued).toBeGreaterThan(3_000);
    expect(carried).toBeGreaterThan(HELD_CHARACTERS_LIMIT * 0.8);
    expect(carried).toBeLessThan(CARRIED_BYTES_LIMIT);
    // And comes back as it was.
    const next = new GateBook(settings, JSON.parse(JSON.stringify(book.toCarried([], true))));
    expect(next.toCarried([], true)).toEqual(book.toCarried([], true));
  });

  test('settings that are older than its own change nothing', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    book.configure({ ...settings, revision: 4, cap: 99 });
    expect(book.settings.cap).toBe(10);
    book.take(batch([], { revision: 6, cap: 2 }), 1);
    expect(book.admission.limits.cap).toBe(2);
  });

  test('a lower cap lets what runs go on and starts nothing until there is room', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    book.take(batch(Array.from({ length: 12 }, (_, n) => item(n))), 1);
    expect(book.admit(1).start).toHaveLength(10);
    book.configure({ ...settings, revision: 6, cap: 1 });
    const outcome = { state: 'SUCCEEDED' as const, reason: { code: 'UPGRADED' as const, text: 'x' } };
    for (let n = 0; n < 9; n++) book.close(item(n).deploymentId, outcome, 2);
    expect(book.admit(2).start).toHaveLength(0);
    book.close(item(9).deploymentId, outcome, 2);
    expect(book.admit(2).start).toHaveLength(1);
  });

  test('a recreated topic starts again at its first offset', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    book.take(batch([item(100)]), 1);
    book.take(batch([item(1, { timestamp: item(100).timestamp + 1 })]), 1);
    book.take(batch([item(1, { timestamp: item(100).timestamp + 1 })]), 1);
    expect(book.admission.queued).toBe(2);
  });

  test('one position per partition: the same offset of another partition is another record', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    book.take(batch([item(1)]), 1);
    book.take(
      {
        ...batch([item(1, { deploymentId: 'other', routerId: 'other', routerIp: '10.9.9.9' })]),
        partition: 1,
      },
      1,
    );
    expect(book.admission.queued).toBe(2);
  });

  test('the phases that a deployment could not publish come before its terminal', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    book.take(batch([item(1)]), 1);
    book.admit(1);
    const { deploymentId, routerId, softwareVersion } = item(1);
    const phase = {
      deploymentId,
      routerId,
      softwareVersion,
      state: 'VERIFYING' as const,
      sequence: 106,
      occurredAt: 1,
      workflowId: 'w',
      runId: 'r',
    };
    book.close(
      deploymentId,
      { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'x' }, untold: [phase] },
      2,
    );
    expect(book.outbox.map((change) => change.state)).toEqual(['VERIFYING', 'SUCCEEDED']);
  });

  test('a quarantined router keeps its lock but not the slot, and its deployment has one terminal', () => {
    const book = new GateBook({ ...settings, cap: 1 }, EMPTY_CARRIED);
    const router = { routerId: 'edge', routerIp: '10.1.1.1' };
    book.take(batch([item(1, router), item(2, router), item(3)], { cap: 1 }), 1);
    book.admit(1);
    const closed = { workflowId: 'w', runId: 'r', kind: 'terminated' as const };
    book.settle(item(1).deploymentId, closed, 10);
    expect(book.admit(2).start).toHaveLength(0);
    const outcome = {
      state: 'TERMINATED' as const,
      reason: { code: 'TERMINATED_FROM_OUTSIDE' as const, text: 'x' },
    };
    book.quarantine(item(1).deploymentId, outcome, 3);
    expect(book.admit(3).start.map((c) => c.deploymentId)).toEqual([item(3).deploymentId]);
    book.close(item(3).deploymentId, { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'x' } }, 4);
    expect(book.admit(4).start).toHaveLength(0);
    book.close(item(1).deploymentId, outcome, 5);
    expect(book.admit(5).start.map((c) => c.deploymentId)).toEqual([item(2).deploymentId]);
    expect(
      book.outbox.filter((c) => c.deploymentId === item(1).deploymentId && c.state === 'TERMINATED'),
    ).toHaveLength(1);
  });
});
