import { NO_EVIDENCE, type StatusRecord } from '@vecino/audit';
import { type Explanation } from '@vecino/workflows';
import { type GateWord } from './ask-standings.js';
import { openRequests, otherGaps, type Seen, standingOf } from './find-gaps.js';
import { asked } from './testing/asked.js';

const status = (
  deployment_id: string,
  state = 'SUCCEEDED',
  event_id = `end of ${deployment_id}`,
): StatusRecord => ({
  owner: 'acme',
  offset: 0,
  timestamp: 0,
  status: {
    event_id,
    deployment_id,
    tenant_id: 'acme',
    router_id: 'r1',
    software_version: '2.0.0',
    state,
    sequence: 2 ** 31 - 1,
    occurred_at: 0,
    reason: { code: 'UPGRADED', text: '' },
    details: {},
  },
});
const letter = (offset: number, code = 'INVALID_FIELD') => ({
  partition: 0,
  offset: 0,
  timestamp: 0,
  code,
  original: { topic: 'deployment-requests', partition: 0, offset },
  equal: { key: true, value: true, headers: true },
});
const run = (deploymentId: string, closed?: number) => ({
  tenantId: 'acme',
  deploymentId,
  namespace: 'default',
  started: 0,
  ...(closed === undefined ? {} : { closed }),
});
const seen = (evidence: Partial<Seen['evidence']>, more: Partial<Seen> = {}): Seen => ({
  evidence: { ...NO_EVIDENCE, requests: [], ...evidence },
  committed: new Map([[0, 100]]),
  earlier: new Set(),
  isCut: false,
  unreadable: [],
  ...more,
});
const said = (state: Explanation['state'], toPublish = 0): GateWord => ({
  kind: 'said',
  explanation: { state, sentence: `it is ${state}` },
  toPublish,
});

describe('a request without a terminal', () => {
  const standing = (
    word: GateWord | undefined,
    what: Parameters<typeof seen>[0] = {},
    more: Partial<Seen> = {},
  ) => {
    const [open] = openRequests(seen({ requests: [asked('d1', 5)], ...what }, more));
    return open && standingOf(open, word).standing;
  };

  it.each(['queued', 'starting', 'running', 'holding'] as const)('that is %s is under way', (state) => {
    expect(standing(said(state))).toBe('under-way');
  });

  it('that has ended is untold, unless its gate still has something to publish', () => {
    expect(standing(said('closed'))).toBe('untold');
    expect(standing(said('closed', 3))).toBe('under-way');
  });

  it('that nobody knows is lost once ingest is past it', () => {
    expect(standing(said('unknown'))).toBe('lost');
    expect(standing(said('unknown'), {}, { committed: new Map([[0, 5]]) })).toBe('in-kafka');
    expect(standing(said('unknown'), {}, { committed: new Map() })).toBe('in-kafka');
    expect(standing(undefined)).toBe('lost');
  });

  it('whose gate has forgotten it stands as its workflow does', () => {
    expect(standing(said('unknown'), { executions: [run('d1')] })).toBe('under-way');
    expect(standing(said('unknown'), { executions: [run('d1', 9)] })).toBe('untold');
  });

  it('whose gate does not answer is unclear', () => {
    expect(standing({ kind: 'silent', text: 'no worker' })).toBe('unclear');
  });

  it('is none where it has one, or its dead letter is the answer', () => {
    expect(standing(undefined, { statuses: [status('d1')] })).toBeUndefined();
    const requests = [asked('d1', 5, { fates: ['taken', 'undeliverable'] })];
    expect(standing(undefined, { requests, deadLetters: [letter(5, 'UNKNOWN_TENANT')] })).toBeUndefined();
  });
});

describe('what does not fit together', () => {
  const kinds = (...given: Parameters<typeof seen>) => otherGaps(seen(...given)).map(({ kind }) => kind);

  it('a platform in order has nothing of it', () => {
    const requests = [asked('d1', 1), asked('d2', 2, { fates: ['refused'] }), asked('d2', 3)];
    const statuses = [status('d1'), status('d1'), status('d2', 'REJECTED')];
    const deadLetters = [letter(2), letter(3, 'ID_REUSED')];
    expect(kinds({ requests, statuses, deadLetters, executions: [run('d1', 9)] })).toEqual([]);
  });

  it('statuses and workflows without a request are found, once each', () => {
    const ghosts = { statuses: [status('d1'), status('d1')], executions: [run('d1', 9)] };
    expect(kinds(ghosts)).toEqual(['no-request', 'workflow-without-request']);
  });

  it('not where their request lies further back, or may have done so', () => {
    const ghosts = { statuses: [status('d1')], executions: [run('d1', 9)] };
    expect(kinds(ghosts, { earlier: new Set(['acme/d1']) })).toEqual([]);
    expect(kinds(ghosts, { isCut: true })).toEqual([]);
  });

  it('two terminals are found', () => {
    const statuses = [status('d1'), status('d1', 'FAILED', 'another')];
    expect(kinds({ requests: [asked('d1', 1)], statuses })).toEqual(['two-terminals']);
  });

  it('statuses that nobody can read are found, each by its place', () => {
    const place = { owner: 'acme', topic: 'deployment-status.acme', deploymentId: '', text: 'no record' };
    const unreadable = [7, 9].map((offset) => ({ ...place, offset }));
    expect(otherGaps(seen({ statuses: [status('d1')], requests: [asked('d1', 1)] }, { unreadable }))).toEqual(
      [7, 9].map((offset) => ({
        kind: 'unreadable-status',
        tenantId: 'acme',
        deploymentId: '',
        text: `offset ${offset} of deployment-status.acme: no record`,
      })),
    );
  });

  it('a faulty record without a dead letter is found once ingest is past it', () => {
    const evidence = {
      requests: [asked('d1', 5, { fates: ['refused'] })],
      statuses: [status('d1', 'REJECTED')],
    };
    expect(kinds(evidence)).toEqual(['no-dead-letter']);
    expect(kinds(evidence, { committed: new Map([[0, 5]]) })).toEqual([]);
  });
});
