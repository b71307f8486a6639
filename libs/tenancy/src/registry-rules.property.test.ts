import { overlaps, parseCidr } from '@vecino/foundation';
import fc from 'fast-check';
import { parseRegistry } from './index.js';

/** Networks from a small space, so that many overlap. */
const network = fc.tuple(fc.nat(255), fc.integer({ min: 8, max: 16 })).map(([octet, prefix]) => {
  const masked = (octet >> (16 - prefix)) << (16 - prefix);
  return `11.${masked & 255}.0.0/${prefix}`;
});

describe('overlapping networks', () => {
  it('are refused exactly when two of different tenants overlap', () => {
    const tenants = fc.array(fc.array(network, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(tenants, (lists) => {
        const file = {
          tenants: lists.map((networks, index) => ({ id: `t${index}`, tier: 'basic', networks })),
        };
        const placed = lists.flatMap((list, tenant) =>
          list.map((text) => ({ tenant, cidr: parseCidr(text)! })),
        );
        const expected = placed.some((a) =>
          placed.some((b) => a.tenant !== b.tenant && overlaps(a.cidr, b.cidr)),
        );
        expect(parseRegistry(JSON.stringify(file), { source: 'test' }).ok).toBe(!expected);
      }),
    );
  });
});
