import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import {
  type DeploymentStory,
  faultOf,
  isPartOf,
  type SentRequest,
  stateOf,
  traceFaultOf,
  verdictOf,
} from './deployment-story.js';
import { type ReadStatus } from './status-feed.js';

const request: SentRequest = {
  tenantId: 'chogar',
  routerId: 'chogar-001',
  routerIp: '127.20.1.1',
  softwareVersion: '1.1.0',
  deploymentId: 'd-1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  requestedAt: 1_000,
};

function read(
  state: NetworkDeploymentStatus['state'],
  sequence: number,
  more: Partial<NetworkDeploymentStatus> = {},
  traceId = request.traceId,
): ReadStatus {
  const status: NetworkDeploymentStatus = {
    event_id: `event-${sequence}`,
    deployment_id: 'd-1',
    tenant_id: 'chogar',
    router_id: 'chogar-001',
    software_version: '1.1.0',
    state,
    sequence,
    occurred_at: 2_000,
    reason: null,
    workflow_id: '',
    run_id: '',
    details: {},
    ...more,
  };
  return { tenantId: 'chogar', status, traceId };
}

const accepted = read('ACCEPTED', 0);
const started = read('STARTED', 50);
const succeeded = read('SUCCEEDED', TERMINAL_SEQUENCE);
const storyOf = (...statuses: ReadStatus[]): DeploymentStory => ({ request, statuses });

describe('exactly one terminal per request', () => {
  test('one is what must come', () => {
    const story = storyOf(accepted, started, succeeded);
    expect(verdictOf(story)).toEqual({ kind: 'single', terminal: succeeded });
    expect(faultOf(story)).toBeUndefined();
    expect(traceFaultOf(story)).toBeUndefined();
  });

  test('the same event said again is one terminal', () => {
    expect(verdictOf(storyOf(succeeded, succeeded)).kind).toBe('single');
  });

  test('missing', () => {
    expect(verdictOf(storyOf(accepted, started))).toEqual({ kind: 'missing', lastState: 'STARTED' });
    expect(faultOf(storyOf(accepted, started))).toBe(
      'chogar-001 of chogar (deployment d-1): no terminal status came; last seen: STARTED',
    );
    expect(faultOf(storyOf())).toContain('last seen: nothing');
  });

  test('doubled: another event of the same state', () => {
    const second = read('SUCCEEDED', TERMINAL_SEQUENCE, { event_id: 'another' });
    expect(verdictOf(storyOf(succeeded, second))).toMatchObject({ kind: 'several' });
    expect(faultOf(storyOf(succeeded, second))).toContain(
      '2 came: SUCCEEDED (event event-2147483647), SUCCEEDED',
    );
  });

  test('conflicting: another state under the same event id', () => {
    const failed = read('FAILED', TERMINAL_SEQUENCE);
    for (const story of [storyOf(succeeded, failed), storyOf(failed, succeeded)]) {
      expect(verdictOf(story).kind).toBe('several');
      expect(faultOf(story)).toBeDefined();
    }
  });

  test('an end other than success is a fault, with its reason', () => {
    const reason = { code: 'IMAGE_UNKNOWN', text: 'no image 9.9.9' } as const;
    expect(faultOf(storyOf(read('FAILED', TERMINAL_SEQUENCE, { reason })))).toBe(
      'chogar-001 of chogar (deployment d-1): FAILED: no image 9.9.9',
    );
  });

  test('a terminal in another trace is a fault', () => {
    const story = storyOf(read('SUCCEEDED', TERMINAL_SEQUENCE, {}, 'f'.repeat(32)));
    expect(faultOf(story)).toBeUndefined();
    expect(traceFaultOf(story)).toContain(`in trace ${'f'.repeat(32)}, its request in ${request.traceId}`);
  });
});

test('what lies on the topic of another tenant does not count', () => {
  expect(isPartOf(request, succeeded)).toBe(true);
  expect(isPartOf(request, { ...succeeded, tenantId: 'amovil' })).toBe(false);
  expect(isPartOf(request, read('SUCCEEDED', 1, { deployment_id: 'd-2' }))).toBe(false);
});

test('the state is that of the highest sequence, whatever came last', () => {
  expect(stateOf(storyOf(started, accepted))).toBe('STARTED');
  expect(stateOf(storyOf())).toBe('SENT');
});
