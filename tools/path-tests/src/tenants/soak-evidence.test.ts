import { audit, figuresOf } from '@vecino/audit';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type SentRequest } from '../sent-request.js';
import { terminalStatus } from '../testing/records.js';
import { soakRows, tooLittleOf } from './soak-report.js';
import { SOAK_INVARIANTS, type SoakSeen, soakEvidence } from './soak-evidence.js';

const QUIET = ['calm-pool', 'calm-queue', 'calm-own', 'calm-space'];

const request = (tenantId: string, deploymentId: string, sentAt: number): SentRequest => ({
  deploymentId,
  tenantId,
  routerId: `${tenantId}-r1`,
  routerIp: `address of ${tenantId}`,
  softwareVersion: '2.0.0',
  mayEnd: ['IMAGE_UNKNOWN', 'RATE_LIMITED'],
  sentAt,
});
const refused = ({ tenantId, deploymentId }: SentRequest, more: Partial<NetworkDeploymentStatus> = {}) =>
  terminalStatus(deploymentId, {
    event_id: `${tenantId}/${deploymentId}`,
    tenant_id: tenantId,
    router_id: `${tenantId}-r1`,
    state: 'REJECTED',
    reason: { code: 'RATE_LIMITED', text: '' },
    ...more,
  });

const sent = ['torrent', ...QUIET].map((id) => request(id, 'd1', 0));
const fault = { effective: true, leastProgress: 0, drainMs: 1_000, concerns: ['torrent'] };
const seen: SoakSeen = {
  run: {
    disturbances: [{ ...fault, what: 'a kill', from: 0, to: 1 }],
    limitOf: (limit) => ({ initial: limit === 'cap' ? 1 : 2, changes: [] }),
  },
  sent,
  statuses: sent.map((one) => refused(one)),
  endedAt: () => 9,
  executions: [],
  routerLog: [],
  routers: [],
  grants: [],
  windowMs: 60_000,
};

const judge = (change: Partial<SoakSeen>) =>
  audit(soakEvidence({ ...seen, ...change }), SOAK_INVARIANTS).map(({ invariant }) => invariant);

it('a soak in which everything went right has no violation', () => {
  expect(judge({})).toEqual([]);
});

it.each<[string, Partial<SoakSeen>, string]>([
  ['a request without an end', { statuses: seen.statuses.slice(1) }, 'I1'],
  [
    'an end that may not be',
    { statuses: sent.map((one) => refused(one, { reason: { code: 'QUEUE_FULL', text: '' } })) },
    'I1',
  ],
  ['too many grants', { grants: [{ tenantId: 'torrent', granted: 3, at: 0 }] }, 'I9'],
  ['a quiet tenant that was held up', { endedAt: (id) => (id === 'calm-own' ? 90_000 : 9) }, 'I13'],
])('%s is found', (_, change, invariant) => {
  expect(judge(change)).toContain(invariant);
});

it('a flooding tenant may be held up', () => {
  expect(judge({ endedAt: (id) => (id === 'torrent' ? 90_000 : 9) })).toEqual([]);
});

it('a soak in which nearly nothing happened shows nothing', () => {
  expect(tooLittleOf(soakRows(figuresOf(soakEvidence(seen))))).toEqual(
    expect.arrayContaining([
      'calm-own: only 0 upgrades',
      'torrent: 0 ran at once, its cap is 1',
      'narrow: nothing was too much',
    ]),
  );
});
