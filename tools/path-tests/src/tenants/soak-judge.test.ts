import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type CallRecord } from '@vecino/router-simulator';
import { type Execution } from '../judge.js';
import { terminalStatus } from '../testing/records.js';
import { outcomesOf, type SentRequest } from './outcome-judge.js';
import { judgeSoak, tooLittle } from './soak-judge.js';
import { type SoakEvidence, tenantFigures } from './soak-report.js';

const MINUTE_MS = 60_000;
const QUIET = ['calm-pool', 'calm-queue', 'calm-own', 'calm-space'];

const request = (tenantId: string, deploymentId: string, sentAt: number): SentRequest => ({
  deploymentId,
  tenantId,
  routerId: `${tenantId}-r1`,
  routerIp: '127.30.0.1',
  softwareVersion: '2.0.0',
  mayEnd: ['ALREADY_RUNNING', 'RATE_LIMITED'],
  sentAt,
});
const end = ({ tenantId, deploymentId }: SentRequest, more: Partial<NetworkDeploymentStatus> = {}) =>
  terminalStatus(deploymentId, {
    event_id: `${tenantId}/${deploymentId}`,
    tenant_id: tenantId,
    router_id: `${tenantId}-r1`,
    reason: { code: 'ALREADY_RUNNING', text: '' },
    ...more,
  });
const ran = ({ tenantId, deploymentId, sentAt }: SentRequest): Execution => ({
  tenantId,
  deploymentId,
  started: sentAt,
  closed: sentAt + 10,
});
const reboot: CallRecord = {
  kind: 'call',
  seq: 1,
  router_id: 'torrent-r1',
  rpc: 'gnoi/Reboot',
  start: 0,
  end: 1,
  peer: null,
  accepted: true,
  status: 'OK',
  detail: { message: 'vecino deployment d1 forward' },
};

const sent = ['torrent', ...QUIET].map((id) => request(id, 'd1', 0));
const statuses = sent.map((one) => end(one));

function evidenceOf(change: Partial<SoakEvidence> = {}, told = statuses): SoakEvidence {
  const asked = change.sent ?? sent;
  return {
    run: {
      disturbances: [{ what: 'a kill', from: 0, to: 1, concerns: [] }],
      limitOf: (limit) => ({ initial: limit === 'cap' ? 1 : 2, changes: [] }),
    },
    sent: asked,
    answers: asked.map(({ tenantId, deploymentId, sentAt }) => ({
      tenantId,
      deploymentId,
      sentAt,
      endedAt: 9,
    })),
    outcomes: outcomesOf(asked, told),
    executions: asked.map(ran),
    log: [],
    grants: asked.map(({ tenantId, sentAt }) => ({ tenantId, granted: 1, at: sentAt })),
    windowMs: MINUTE_MS,
    ...change,
  };
}

it('a soak in which everything went right has no violation', () => {
  expect(judgeSoak(evidenceOf(), statuses)).toEqual({});
});

const [first] = sent as [SentRequest];
const second = request('torrent', 'd2', 5);
const both = [...sent, second];
it.each<[string, Partial<SoakEvidence>, NetworkDeploymentStatus[], string]>([
  ['a request without an end', {}, statuses.slice(1), 'outcomes'],
  ['one that ran twice', { executions: [...sent, first].map(ran) }, statuses, 'ranOnce'],
  ['one too many at once', { sent: both }, [...statuses, end(second)], 'startsWithinCap'],
  ['two at a time on a router', { sent: both }, [...statuses, end(second)], 'inOrderPerRouter'],
  ['a change that nobody asked for', { log: [reboot] }, statuses, 'nothingUnasked'],
  ['a change out of turn', { log: [{ ...reboot, start: 20, end: 21 }] }, statuses, 'changedInItsTurn'],
  [
    'too many grants',
    { grants: sent.map(({ tenantId }) => ({ tenantId, granted: 3, at: 0 })) },
    statuses,
    'intakeHeld',
  ],
  ['one without a grant', { grants: [] }, statuses, 'admittedByGrant'],
  ['a quiet tenant that was held up', { answers: sent }, statuses, 'tenantsGoOn'],
])('%s is found', (_, change, told, invariant) => {
  expect(Object.keys(judgeSoak(evidenceOf(change, told), told)).join()).toContain(invariant);
});

it('a soak in which nearly nothing happened shows nothing', () => {
  expect(tooLittle(tenantFigures(evidenceOf()))).toEqual(
    expect.arrayContaining([
      'calm-own: only 0 upgrades',
      'torrent: 1 ran at once, its cap is 4',
      'torrent: nothing was too much',
    ]),
  );
});
