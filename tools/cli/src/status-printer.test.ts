import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type ReadStatus } from './status-feed.js';
import { StatusPrinter } from './status-printer.js';
import { progressText } from './status-progress.js';

const read = (sequence: number, more: Partial<NetworkDeploymentStatus> = {}): ReadStatus => ({
  tenantId: 'chogar',
  status: {
    event_id: `e-${sequence}`,
    deployment_id: 'd-1',
    tenant_id: 'chogar',
    router_id: 'chogar-001',
    software_version: '1.1.0',
    state: 'STAGING',
    sequence,
    occurred_at: 1_000,
    reason: null,
    workflow_id: '',
    run_id: '',
    details: {},
    ...more,
  },
});
const half = { step: 'install', percent: '50', bytes: '4194304', of_bytes: '8388608' };

function printed(isTTY: boolean, ...reads: ReadStatus[]): string {
  let text = '';
  const printer = new StatusPrinter({ isTTY, write: (more) => (text += more) });
  for (const one of reads) printer.print(one);
  return text;
}

test.each([
  [half, 'install  50 %  4.0 of 8.0 MiB'],
  [{ step: 'soak', percent: '20' }, 'soak  20 %'],
  [{ step: 'postcheck', waiting_for: 'BGP peer 10.0.0.1' }, 'postcheck  waiting for BGP peer 10.0.0.1'],
  [{ step: 'arm' }, 'arm'],
  [{ image_bytes: '8' }, ''],
])('progress of %j', (details, text) => {
  expect(progressText({ details })).toBe(text);
});

test('on a terminal the progress of a phase stays on one line', () => {
  const lines = printed(
    true,
    read(101),
    read(102, { details: half }),
    read(103, { details: { ...half, percent: '60' } }),
    read(104, { state: 'STAGED' }),
  );
  expect(lines.split('\u001B[1A\u001B[2K')).toHaveLength(3);
  expect(lines).toContain('60 %');
});

test('another deployment in between, an answer to a command, and a file get lines of their own', () => {
  const other = read(102, { deployment_id: 'd-2', details: half });
  const answer = read(103, { reason: { code: 'CANCEL_TOO_LATE', text: 'too late' } });
  expect(printed(true, read(101), other, read(104, { details: half }), answer)).not.toContain('\u001B[1A');
  expect(printed(false, read(101), read(102, { details: half }))).not.toContain('\u001B[1A');
});
