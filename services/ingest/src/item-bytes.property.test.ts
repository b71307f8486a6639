import fc from 'fast-check';
import type { GateItem } from '@vecino/workflows';
import { itemBytes } from './item-bytes.js';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
const anyText = fc.string({ unit: 'binary', maxLength: 128 });
const traceparent = fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const shared = {
  deploymentId: name,
  priority: fc.constantFrom(1, 2, 3, 4, 5),
  offset: fc.maxSafeNat(),
  timestamp: time,
  fingerprint: fc.stringMatching(/^[A-Za-z0-9_-]{16}$/),
  traceparent,
  tracestate: fc.string({ unit: 'binary', maxLength: 512 }),
};
const accepted = fc.record(
  {
    ...shared,
    routerId: name,
    routerIp: fc.ipV6(),
    softwareVersion: name,
    notBefore: time,
    requestedAt: time,
    requestedBy: anyText,
  },
  {
    requiredKeys: [
      'deploymentId',
      'routerId',
      'routerIp',
      'softwareVersion',
      'priority',
      'offset',
      'timestamp',
      'fingerprint',
    ],
  },
);
const refused = fc.record({
  ...shared,
  routerId: anyText,
  routerIp: anyText,
  softwareVersion: anyText,
  refusal: fc.record({ code: fc.constant('INVALID_FIELD' as const), text: anyText }),
});

test('never less than the JSON takes, and not much more', () => {
  fc.assert(
    fc.property(fc.oneof(accepted, refused), (item) => {
      const actual = Buffer.byteLength(JSON.stringify(item)) + 1;
      const counted = itemBytes(item as GateItem);
      expect(counted).toBeGreaterThanOrEqual(actual);
      expect(counted).toBeLessThan(actual + 250);
    }),
  );
});
