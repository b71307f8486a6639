import type { DeviceChange } from '@vecino/upgrade';
import { SAMPLED_BYTES, SAMPLED_CHANGES, sampleOf } from './change-sample.js';

const down = (n: number): DeviceChange => ({ kind: 'interface-down', name: `Ethernet${n}` });

test('a sample counts all and shows the first', () => {
  expect(sampleOf([])).toEqual({ count: 0, first: [] });
  const sample = sampleOf(Array.from({ length: 20_000 }, (_, n) => down(n)));
  expect(sample.count).toBe(20_000);
  expect(sample.first).toEqual(Array.from({ length: SAMPLED_CHANGES }, (_, n) => down(n)));
});

test('alarms with endless texts do not make it large', () => {
  const text = 'x'.repeat(SAMPLED_BYTES / 4);
  const alarm = { id: 'a', severity: 'MAJOR', text, resource: 'FAN1' };
  const sample = sampleOf(Array.from({ length: 50 }, () => ({ kind: 'alarm-raised', alarm })));
  expect(sample.count).toBe(50);
  expect(sample.first.length).toBeGreaterThan(0);
  expect(JSON.stringify(sample).length).toBeLessThan(SAMPLED_BYTES + 1_000);
});
