import { createStatusCodec, type NetworkDeploymentStatusInit } from './index.js';

const STATUS: NetworkDeploymentStatusInit = {
  event_id: '5f0c7a52-5a0f-5a1e-8a5e-0d8b1c3f9a11',
  deployment_id: 'r-1',
  tenant_id: 'chogar',
  router_id: 'edge-1',
  software_version: '7.4.2',
  state: 'FAILED',
  sequence: 2 ** 31 - 1,
  occurred_at: 1_764_000_123_456,
  reason: { code: 'VERIFY_FAILED', text: 'the router runs 7.4.1' },
  workflow_id: 'deployment/chogar/r-1',
  run_id: 'run',
  details: { running_version: '7.4.1' },
};
const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };

describe('a status', () => {
  const codec = createStatusCodec();

  it.each(['avro', 'json'] as const)('comes back as it was written as %s', (format) => {
    const { value, headers } = codec.encode(STATUS, format);
    expect(codec.decode(value, headers)).toEqual(STATUS);
  });

  it('is the same record each time it is written', () => {
    expect(codec.encode(STATUS, 'avro', TRACE)).toEqual(codec.encode({ ...STATUS }, 'avro', TRACE));
  });

  it('carries CloudEvents attributes in binary mode, its content type and its trace', () => {
    expect(codec.encode(STATUS, 'json', TRACE).headers).toEqual({
      ce_specversion: '1.0',
      ce_id: STATUS.event_id,
      ce_type: 'vecino.deployment.status.v1',
      ce_source: '/vecino/status-projector',
      ce_time: '2025-11-24T16:02:03.456Z',
      ce_subject: 'r-1',
      'content-type': 'application/json',
      ...TRACE,
    });
    expect(Object.keys(codec.encode(STATUS, 'avro').headers)).not.toContain('traceparent');
  });

  it('as JSON is plain: names and values as in the schema', () => {
    expect(JSON.parse(codec.encode(STATUS, 'json').value.toString())).toEqual(STATUS);
  });

  it('as JSON has every field, also those left to their defaults', () => {
    const { event_id, deployment_id, tenant_id, router_id, software_version, sequence, occurred_at } = STATUS;
    const short = { event_id, deployment_id, tenant_id, router_id, software_version, sequence, occurred_at };
    const json = JSON.parse(codec.encode({ ...short, state: 'QUEUED' }, 'json').value.toString()) as object;
    expect(json).toEqual({
      ...short,
      state: 'QUEUED',
      reason: null,
      workflow_id: '',
      run_id: '',
      details: {},
    });
  });

  it('that the schema does not allow is a programmer error', () => {
    expect(() => codec.encode({ ...STATUS, state: 'DONE' as never }, 'json')).toThrow();
  });

  it('that cannot be read throws what was wrong', () => {
    expect(() => codec.decode(null)).toThrow(
      expect.objectContaining({ code: 'STATUS_UNREADABLE', data: { reason: 'EMPTY_VALUE' } }),
    );
  });

  it('of a newer writer in JSON has UNKNOWN where this reader knows no better', () => {
    const value = Buffer.from(JSON.stringify({ ...STATUS, state: 'PAUSED_IN_WINDOW' }));
    expect(codec.decode(value, { 'content-type': 'application/json' })).toMatchObject({ state: 'UNKNOWN' });
  });

  it('whose map claims more entries than it has bytes is refused before anything is allocated', () => {
    const { value } = codec.encode({ ...STATUS, details: {} }, 'avro');
    const forged = Buffer.concat([value.subarray(0, -1), Buffer.from('feffffffffffff1f', 'hex')]);
    expect(() => codec.decode(forged)).toThrow(/goes beyond the end of the record/);
  });
});
