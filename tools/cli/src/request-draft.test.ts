import { draftRequest, type RequestOptions } from './request-draft.js';

const options: RequestOptions = {
  tenant: 'chogar',
  router: 'chogar-001',
  ip: '127.20.1.1',
  version: '1.1.0',
  priority: '3',
};
const clock = { now: () => Date.UTC(2026, 10, 1) };

test('four options are a request, with an id that no other has', () => {
  const request = draftRequest(options, clock);
  expect(request).toEqual({
    tenant_id: 'chogar',
    router_id: 'chogar-001',
    router_ip: '127.20.1.1',
    software_version: '1.1.0',
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    requested_at: clock.now(),
    requested_by: null,
    retry_of: null,
    priority: 3,
    not_before: null,
  });
  expect(draftRequest(options).request_id).not.toBe(request.request_id);
});

test('a time is typed as people write it', () => {
  expect(draftRequest({ ...options, notBefore: '2026-11-02T00:00:00+01:00' }).not_before).toBe(
    Date.UTC(2026, 10, 1, 23),
  );
});

test.each<[string, Partial<RequestOptions>]>([
  ['--tenant: tenant_id must match', { tenant: 'C hogar' }],
  ['--ip: router_ip must be an address', { ip: '127.20.001.1' }],
  ['--version: software_version must match', { version: '-1' }],
  ['--priority: priority must be 1 to 5', { priority: 'high' }],
  ['--request-id: request_id must match', { requestId: 'a/b' }],
  ['--not-before: must be a time', { notBefore: 'tomorrow' }],
  ['--not-before: not_before must be milliseconds', { notBefore: '1999-01-01T00:00:00Z' }],
])('%s', (message, wrong) => {
  expect(() => draftRequest({ ...options, ...wrong })).toThrow(`nothing was sent. ${message}`);
});
