import fc from 'fast-check';
import { rfc3339ToNs } from './rfc3339.js';

describe('a date and time', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['2026-11-23T18:00:00.123456789Z', 1_795_456_800_123_456_789n],
    ['2026-11-23T18:00:00.5Z', 1_795_456_800_500_000_000n],
    ['2026-11-23T20:00:00+02:00', 1_795_456_800_000_000_000n],
    ['2026-11-23t12:30:00.000000001-05:30', 1_795_456_800_000_000_001n],
    ['2016-12-31T23:59:60Z', 1_483_228_799_000_000_000n],
  ])('%s is %d ns after the epoch', (text, ns) => {
    expect(rfc3339ToNs(text)).toBe(ns);
  });

  it.each(['', 'yesterday', '2026-11-23', '2026-11-23T18:00:00', '2026-13-23T18:00:00Z', '1795456800'])(
    'is not what %j says',
    (text) => expect(rfc3339ToNs(text)).toBeUndefined(),
  );

  it('is read as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
        expect(rfc3339ToNs(date.toISOString())).toBe(BigInt(date.getTime()) * 1_000_000n);
      }),
    );
  });
});
