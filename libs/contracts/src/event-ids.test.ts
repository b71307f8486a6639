import fc from 'fast-check';
import { NAME_PATTERN } from '@vecino/foundation';
import { deploymentIdOf, fingerprintOf, statusEventId, type NetworkDeploymentRequest } from './index.js';

const AT = {
  cluster: 'kraft-1',
  topic: 'deployment-requests',
  partition: 3,
  offset: 42,
  timestamp: 1_764_000_000_000,
};
const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('deploymentIdOf', () => {
  it("is the request's own id where it has one", () => {
    expect(deploymentIdOf({ request_id: 'r-1' }, AT)).toBe('r-1');
  });

  it('is else made from the position, the same for ever', () => {
    // Written down: a change here would run every waiting request a second time.
    expect(deploymentIdOf({ request_id: null }, AT)).toBe('559ed65c-60b2-58a6-adf8-34e3b511c07e');
    expect(deploymentIdOf({}, { ...AT, offset: '42', timestamp: '1764000000000' })).toBe(
      '559ed65c-60b2-58a6-adf8-34e3b511c07e',
    );
    expect('559ed65c-60b2-58a6-adf8-34e3b511c07e').toMatch(UUID_V5);
    expect('559ed65c-60b2-58a6-adf8-34e3b511c07e').toMatch(NAME_PATTERN);
  });

  it.each([{ cluster: 'kraft-2' }, { topic: 'other' }, { partition: 4 }, { offset: 43 }, { timestamp: 1 }])(
    'is another with %j',
    (other) => expect(deploymentIdOf({}, { ...AT, ...other })).not.toBe(deploymentIdOf({}, AT)),
  );
});

describe('statusEventId', () => {
  it('is the same each time, and another for another tenant, deployment, sequence or state', () => {
    expect(statusEventId('chogar', 'r-1', 50)).toBe('3bfb9bef-1484-5f04-a66f-26b4ec5bb215');
    const ids = [
      statusEventId('chogar', 'r-1', 50),
      statusEventId('amovil', 'r-1', 50),
      statusEventId('chogar', 'r-2', 50),
      statusEventId('chogar', 'r-1', 51),
      statusEventId('chogar', 'r-1', 50, 'STARTED'),
      statusEventId('chogar', 'r-1', 50, 'QUEUED'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('fingerprintOf', () => {
  const request: NetworkDeploymentRequest = {
    tenant_id: 'chogar',
    router_id: 'edge-1',
    router_ip: '10.0.0.1',
    software_version: '7.4.2',
    request_id: 'r-1',
    requested_at: null,
    requested_by: null,
    priority: 3,
    not_before: null,
    retry_of: null,
  };

  it('has 16 characters and does not depend on who asked and when', () => {
    expect(fingerprintOf(request)).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(fingerprintOf({ ...request, requested_at: 1_764_000_000_000, requested_by: 'x' })).toBe(
      fingerprintOf(request),
    );
  });

  it.each([
    { tenant_id: 'amovil' },
    { router_id: 'edge-2' },
    { router_ip: '10.0.0.2' },
    { software_version: '7.4.3' },
    { priority: 1 },
    { not_before: 1_764_000_000_000 },
  ])('is another with %j', (other) => {
    expect(fingerprintOf({ ...request, ...other })).not.toBe(fingerprintOf(request));
  });

  it('tells apart what a separator would join', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(fingerprintOf({ ...request, router_id: a, software_version: b })).not.toBe(
          fingerprintOf({ ...request, router_id: c, software_version: d }),
        );
      }),
    );
  });
});
