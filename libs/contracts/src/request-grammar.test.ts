import { EARLIEST_TIME, LATEST_TIME, validateRequest, type NetworkDeploymentRequest } from './index.js';

const VALID: NetworkDeploymentRequest = {
  tenant_id: 'chogar',
  router_id: 'edge-1',
  router_ip: '10.0.0.1',
  software_version: '7.4.2',
  request_id: null,
  requested_at: null,
  requested_by: null,
  priority: 3,
  not_before: null,
  retry_of: null,
};

describe('validateRequest', () => {
  it.each<Partial<NetworkDeploymentRequest>>([
    {},
    { router_id: 'A', software_version: `7${'x'.repeat(127)}` },
    { router_ip: '2001:db8::1' },
    {
      request_id: '0.a_B-9',
      requested_by: 'María <m@example.net>',
      requested_at: EARLIEST_TIME,
      priority: 5,
    },
    { not_before: LATEST_TIME - 1, priority: 1 },
  ])('takes %j', (fields) => expect(validateRequest({ ...VALID, ...fields })).toBeUndefined());

  it.each<[keyof NetworkDeploymentRequest, unknown]>([
    ['tenant_id', 'Chogar'],
    ['tenant_id', 'a'],
    ['tenant_id', 'chogar\n'],
    ['router_id', ''],
    ['router_id', '-edge'],
    ['router_id', 'edge/1'],
    ['router_id', 'x'.repeat(129)],
    ['router_ip', '10.0.0.01'],
    ['router_ip', 'edge-1.example.net'],
    ['software_version', '7.4 2'],
    ['request_id', ''],
    ['request_id', '../etc'],
    ['requested_at', 1_764_000_000],
    ['requested_at', 1_764_000_000_000_000],
    ['requested_by', 'x'.repeat(257)],
    ['requested_by', 'line\nbreak'],
    ['priority', 0],
    ['priority', 6],
    ['not_before', -1],
  ])('refuses %s %j and names the field', (field, value) => {
    const reason = validateRequest({ ...VALID, [field]: value });
    expect(reason?.code).toBe('INVALID_FIELD');
    expect(reason?.text).toMatch(new RegExp(`^${field} must .+, found `));
    expect(reason?.text).not.toMatch(/[\n\r]/);
  });

  it('names the first of several, in the order of the schema', () => {
    expect(validateRequest({ ...VALID, priority: 9, router_id: '' })?.text).toMatch(/^router_id /);
  });
});
