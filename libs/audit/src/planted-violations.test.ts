import { audit } from './audit.js';
import type { Evidence } from './evidence/evidence.js';
import {
  type Change,
  edited,
  editStatus,
  ofDeployment,
  ofRouter,
  startOf,
  statusOf,
  theOnly,
  without,
} from './testing/edits.js';
import { call, power } from './testing/scenes.js';
import { type Order, play } from './testing/small-platform.js';
import type { InvariantId } from './violation.js';

const order = (
  tenant: string,
  router: number,
  at: number,
  course: Order['course'],
  more: Partial<Order> = {},
): Order => ({
  tenant,
  router,
  at,
  course,
  ...more,
});

/** d0, d1 and so on. What is far apart in time meets nothing else. */
const ORDERS: readonly Order[] = [
  order('acme', 1, 1_000, 'upgraded'),
  order('beta', 1, 1_010, 'upgraded'),
  order('acme', 2, 1_020, 'already-running'),
  order('acme', 1, 1_030, 'upgraded'),
  order('acme', 3, 1_040, 'rolled-back'),
  order('beta', 2, 1_050, 'install-fails'),
  order('beta', 3, 1_060, 'terminated'),
  order('acme', 4, 1_070, 'did-not-return'),
  order('acme', 5, 1_080, 'cancelled-while-waiting'),
  order('beta', 4, 1_090, 'cancelled-while-running'),
  order('acme', 6, 1_100, 'rejected-by-precheck'),
  order('acme', 7, 1_110, 'faulty'),
  order('acme', 8, 1_120, 'undeliverable'),
  order('beta', 5, 1_130, 'rate-limited'),
  order('beta', 6, 1_140, 'queue-full'),
  order('acme', 9, 1_150, 'upgraded', { again: { what: 'same', afterMs: 2_000 } }),
  order('beta', 7, 1_160, 'upgraded', { again: { what: 'other', afterMs: 2_000 } }),
  order('beta', 8, 1_170, 'upgraded-by-activate'),
  order('acme', 10, 1_180, 'rollback-fails'),
  order('beta', 9, 1_190, 'upgraded', { twice: true }),
  order('acme', 11, 1_200, 'left-unsent'),
  order('acme', 12, 1_210, 'upgraded', { heard: 'unknown' }),
  order('beta', 10, 1_220, 'fell-back'),
  order('acme', 13, 60_000, 'faulty'),
  order('acme', 13, 60_050, 'upgraded'),
  order('acme', 14, 100_000, 'faulty'),
  order('acme', 15, 200_000, 'upgraded'),
  order('acme', 15, 200_010, 'upgraded'),
  order('beta', 11, 300_000, 'terminated'),
  order('beta', 11, 300_010, 'upgraded'),
  order('acme', 16, 400_000, 'already-running'),
  order('acme', 16, 400_010, 'already-running'),
  order('acme', 17, 500_000, 'upgraded'),
  order('acme', 18, 500_000, 'upgraded'),
  order('acme', 19, 555_000, 'upgraded'),
  order('beta', 12, 555_010, 'upgraded'),
  order('acme', 20, 600_500, 'upgraded'),
];

const fault = { effective: true, leastProgress: 0, drainMs: 1_000, concerns: [] };
const limit = (initial: number) => ({ initial, changes: [] });
const terms = (tenantId: string, cap = limit(2)) => ({ tenantId, cap, intake: limit(100), promptMs: 5_000 });

const CLEAN = play(ORDERS, {
  tenants: [terms('acme'), terms('beta')],
  disturbances: [
    { ...fault, what: 'dead letters away', from: 99_000, to: 130_000, deadLettersAway: true },
    {
      ...fault,
      what: 'a kill of a worker of beta',
      from: 550_000,
      to: 570_000,
      concerns: ['beta'],
      leastProgress: 1,
    },
    { ...fault, what: 'a kill of a worker of acme', from: 600_000, to: 601_000, concerns: ['acme'] },
  ],
});

type Plant = readonly [what: string, found: readonly InvariantId[], change: (clean: Evidence) => Change];

const end = (deploymentId: string) => (record: Parameters<ReturnType<typeof statusOf>>[0]) =>
  statusOf(deploymentId)(record) && record.status.sequence === 2 ** 31 - 1;
const requestOf = (clean: Evidence, deploymentId: string) =>
  theOnly(clean.requests, ofDeployment(deploymentId));
const letterOf =
  ({ requests }: Evidence, deploymentId: string) =>
  ({ original }: Evidence['deadLetters'][number]) =>
    requests.some(
      (record) =>
        record.deploymentId === deploymentId &&
        record.partition === original.partition &&
        record.offset === original.offset,
    );
const letterFor = (clean: Evidence, deploymentId: string, code: string): Evidence['deadLetters'][number] => {
  const { partition, offset, timestamp } = clean.requests.findLast(ofDeployment(deploymentId)) as {
    partition: number;
    offset: number;
    timestamp: number;
  };
  return {
    ...(clean.deadLetters[0] as Evidence['deadLetters'][number]),
    code,
    timestamp: timestamp + 4,
    offset: 1_000,
    original: { topic: clean.requestTopic, partition, offset },
  };
};
/** The broker had the dead letter later; nothing was committed before that it held back. */
function letterLater(clean: Evidence, deploymentId: string, ms: number, commitsWait: boolean): Change {
  const { partition, timestamp } = requestOf(clean, deploymentId);
  const at = timestamp + 4 + ms;
  return {
    deadLetters: edited(clean.deadLetters, letterOf(clean, deploymentId), (letter) => ({
      ...letter,
      timestamp: at,
    })),
    commits: commitsWait ? waiting(clean.commits, partition, timestamp, at + 1) : clean.commits,
  };
}
const waiting = (commits: Evidence['commits'], partition: number, from: number, until: number) =>
  edited(
    commits,
    (commit) => commit.partition === partition && from <= commit.at && commit.at < until,
    (commit) => ({ ...commit, at: until }),
  );
const handedLater = (clean: Evidence, deploymentId: string, ms: number): Evidence['handovers'] => {
  const { partition, offset } = requestOf(clean, deploymentId);
  return edited(
    clean.handovers,
    (handover) => handover.partition === partition && handover.offset === offset,
    (handover) => ({ ...handover, at: handover.at + ms }),
  );
};
const told = (
  clean: Evidence,
  which: (record: Evidence['statuses'][number]) => boolean,
  more: Parameters<typeof editStatus>[1],
) => edited(clean.statuses, which, (record) => editStatus(record, more));
const alsoTold = (
  clean: Evidence,
  of: (record: Evidence['statuses'][number]) => boolean,
  more: Parameters<typeof editStatus>[1],
) => [
  ...clean.statuses,
  { ...editStatus(theOnly(clean.statuses, of), more), offset: 10_000, timestamp: 900_000 },
];
const ran = (clean: Evidence, deploymentId: string, more: Partial<Evidence['executions'][number]>) =>
  edited(clean.executions, ofDeployment(deploymentId), (execution) => ({ ...execution, ...more }));
const tenant = (clean: Evidence, tenantId: string, more: Partial<Evidence['tenants'][number]>) =>
  edited(
    clean.tenants,
    (one) => one.tenantId === tenantId,
    (one) => ({ ...one, ...more }),
  );
const router = (clean: Evidence, routerId: string, more: Partial<Evidence['routers'][number]>) =>
  edited(
    clean.routers,
    (one) => one.routerId === routerId,
    (one) => ({ ...one, ...more }),
  );
const sent = (clean: Evidence, deploymentId: string, more: Partial<Evidence['ledger'][number]>) =>
  edited(
    clean.ledger,
    ({ digest }) => digest === requestOf(clean, deploymentId).digest,
    (entry) => ({ ...entry, ...more }),
  );
const reboot = (routerId: string, deploymentId: string, at: number) =>
  call(routerId, 'Reboot', at, at + 1, { detail: { message: `vecino deployment ${deploymentId} forward` } });

const PLANTS: readonly Plant[] = [
  ['no terminal', ['I1'], (clean) => ({ statuses: without(clean.statuses, end('d0')) })],
  [
    'a request that nobody has heard of',
    ['I1'],
    (clean) => ({
      statuses: without(clean.statuses, statusOf('d2')),
      executions: without(clean.executions, ofDeployment('d2')),
      routerLog: without(clean.routerLog, ofRouter('acme-r2')),
      handovers: clean.handovers.filter(({ at }) => at !== 1_025),
    }),
  ],
  [
    'one that Kafka confirmed and that is not on the topic',
    ['I1'],
    (clean) => ({
      ledger: [...clean.ledger, { ...clean.ledger[0]!, digest: 'lost', at: { partition: 0, offset: 999 } }],
    }),
  ],
  [
    'one that Kafka confirmed where another one lies',
    ['I1'],
    (clean) => ({ ledger: sent(clean, 'd0', { at: { partition: 0, offset: 1 } }) }),
  ],
  [
    'a faulty record without its dead letter',
    ['I1'],
    (clean) => ({ deadLetters: without(clean.deadLetters, letterOf(clean, 'd11')) }),
  ],
  [
    'a record of an unknown tenant without its dead letter',
    ['I1'],
    (clean) => ({ deadLetters: without(clean.deadLetters, letterOf(clean, 'd12')) }),
  ],
  [
    'a dead letter of a record with which nothing is wrong',
    ['I1'],
    (clean) => ({ deadLetters: [...clean.deadLetters, letterFor(clean, 'd0', 'INVALID_FIELD')] }),
  ],
  [
    'an end that may not be',
    ['I1'],
    (clean) => ({ ledger: sent(clean, 'd0', { mayEnd: ['ALREADY_RUNNING'] }) }),
  ],
  [
    'a faulty record that is blamed for something else',
    ['I1'],
    (clean) => ({ ledger: sent(clean, 'd12', { mayEnd: ['MALFORMED'] }) }),
  ],
  [
    'an id for two contents, and nobody is told',
    ['I1'],
    (clean) => ({ deadLetters: without(clean.deadLetters, ({ code }) => code === 'ID_REUSED') }),
  ],
  [
    'the same again, refused as a reused id',
    ['I1'],
    (clean) => ({ deadLetters: [...clean.deadLetters, letterFor(clean, 'd15', 'ID_REUSED')] }),
  ],
  [
    'a faulty record whose tenant hears nothing',
    ['I1'],
    (clean) => ({ statuses: without(clean.statuses, statusOf('d11')) }),
  ],

  [
    'a second terminal, another event',
    ['I2'],
    (clean) => ({ statuses: alsoTold(clean, end('d0'), { event_id: 'other' }) }),
  ],
  [
    'a terminal that says another state when it comes again',
    ['I2'],
    (clean) => ({ statuses: alsoTold(clean, end('d0'), { state: 'FAILED' }) }),
  ],
  [
    'a terminal that gives another reason when it comes again',
    ['I2'],
    (clean) => ({ statuses: alsoTold(clean, end('d0'), { reason: { code: 'ALREADY_RUNNING', text: '' } }) }),
  ],
  [
    'a phase that comes again as another event',
    ['I2'],
    (clean) => ({ statuses: alsoTold(clean, statusOf('d0', 'PRECHECK'), { event_id: 'other' }) }),
  ],
  [
    'a place in the sequence with two states',
    ['I2'],
    (clean) => ({ statuses: alsoTold(clean, statusOf('d0', 'STAGING'), { state: 'STAGED' }) }),
  ],
  [
    'an event id for two deployments',
    ['I2'],
    (clean) => ({ statuses: told(clean, statusOf('d0', 'ACCEPTED'), { event_id: 'beta/d1/0' }) }),
  ],

  ['a phase left out', ['I3'], (clean) => ({ statuses: without(clean.statuses, statusOf('d0', 'STAGED')) })],
  [
    'a success before the last check',
    ['I3'],
    (clean) => ({ statuses: without(clean.statuses, statusOf('d0', 'POSTCHECK')) }),
  ],
  [
    'a start that nobody was told of',
    ['I3'],
    (clean) => ({ statuses: without(clean.statuses, statusOf('d0', 'STARTED')) }),
  ],
  [
    'a terminal that something may follow',
    ['I3'],
    (clean) => ({ statuses: told(clean, end('d0'), { sequence: 200 }) }),
  ],
  [
    'a phase beyond the terminal',
    ['I3'],
    (clean) => ({
      statuses: alsoTold(clean, statusOf('d0', 'PRECHECK'), { sequence: 2 ** 31, event_id: 'acme/d0/later' }),
    }),
  ],
  [
    'a step back',
    ['I3'],
    (clean) => ({ statuses: told(clean, statusOf('d0', 'VERIFYING'), { state: 'STAGED' }) }),
  ],
  [
    'a reason that does not go with its terminal',
    ['I3'],
    (clean) => ({ statuses: told(clean, end('d0'), { reason: { code: 'INSTALL_FAILED', text: '' } }) }),
  ],
  [
    'a terminal without a reason',
    ['I3'],
    (clean) => ({ statuses: told(clean, end('d0'), { reason: null }) }),
  ],
  [
    'a state that there is not',
    ['I3'],
    (clean) => ({ statuses: told(clean, statusOf('d0', 'STAGED'), { state: 'UNKNOWN' }) }),
  ],
  [
    'a refusal after it was accepted',
    ['I3'],
    (clean) => ({
      statuses: told(clean, end('d8'), { state: 'REJECTED', reason: { code: 'QUEUE_FULL', text: '' } }),
    }),
  ],
  [
    'a workflow that works on after its terminal',
    ['I3'],
    (clean) => ({
      executions: ran(clean, 'd24', { closed: theOnly(clean.statuses, end('d24')).timestamp + 1 }),
    }),
  ],

  [
    'a status that nobody asked for',
    ['I4'],
    (clean) => ({
      statuses: alsoTold(clean, statusOf('d0', 'ACCEPTED'), { deployment_id: 'ghost', event_id: 'ghost' }),
    }),
  ],
  [
    "a status of another tenant's deployment",
    ['I4'],
    (clean) => ({
      statuses: [
        ...clean.statuses,
        {
          ...editStatus(theOnly(clean.statuses, end('d0')), { tenant_id: 'beta', event_id: 'ghost' }),
          owner: 'beta',
        },
      ],
    }),
  ],
  [
    'a workflow that nobody asked for',
    ['I4'],
    (clean) => ({
      executions: [...clean.executions, { tenantId: 'acme', deploymentId: 'ghost', started: 0, closed: 1 }],
    }),
  ],
  [
    'a workflow for a record that is at fault',
    ['I4'],
    (clean) => ({
      executions: [
        ...clean.executions,
        { tenantId: 'acme', deploymentId: 'd11', started: 1_112, closed: 1_112, how: 'completed' },
      ],
    }),
  ],
  [
    'a call to a router that nobody asked for',
    ['I4'],
    (clean) => ({ routerLog: [...clean.routerLog, call('nobody-r1', 'Verify', 5, 6)] }),
  ],
  [
    'a request that ran in two namespaces',
    ['I4'],
    (clean) => {
      const at = startOf(clean, 'd24');
      const other = {
        tenantId: 'acme',
        deploymentId: 'd24',
        namespace: 'tenant-acme',
        started: at,
        closed: at,
      };
      return { executions: [other, ...clean.executions] };
    },
  ],
  [
    'an end of a workflow that there was not',
    ['I4'],
    (clean) => ({
      executions: without(clean.executions, ofDeployment('d5')),
      routerLog: without(clean.routerLog, ofRouter('beta-r2')),
    }),
  ],
  [
    'a dead letter of a record that there is not',
    ['I4'],
    (clean) => ({
      deadLetters: [
        ...clean.deadLetters,
        { ...clean.deadLetters[0]!, original: { topic: clean.requestTopic, partition: 0, offset: 9_999 } },
      ],
    }),
  ],
  [
    'a record that nobody sent',
    ['I4'],
    (clean) => ({
      ledger: without(clean.ledger, ({ requestId }) => requestId === 'd13'),
      canaryFindings: without(clean.canaryFindings, ({ canary }) => canary === 'canary-d13'),
    }),
  ],
  [
    'a status that tells of another router',
    ['I4'],
    (clean) => ({ statuses: told(clean, statusOf('d13'), { router_id: 'acme-r1' }) }),
  ],
  [
    'a status that tells of another version',
    ['I4'],
    (clean) => ({ statuses: told(clean, statusOf('d0', 'STAGED'), { software_version: 'v0' }) }),
  ],

  [
    "a canary on another tenant's topic",
    ['I5'],
    (clean) => ({
      canaryFindings: [
        ...clean.canaryFindings,
        { canary: 'canary-d0', sink: 'deployment-status.beta', owner: 'beta', where: '0/3' },
      ],
    }),
  ],
  [
    'a canary from nowhere',
    ['I5'],
    (clean) => ({
      canaryFindings: [
        ...clean.canaryFindings,
        { canary: 'canary', sink: 'log', owner: 'shared', where: 'line 1' },
      ],
    }),
  ],
  [
    "a status on another tenant's topic",
    ['I5'],
    (clean) => ({ statuses: edited(clean.statuses, end('d0'), (record) => ({ ...record, owner: 'beta' })) }),
  ],

  [
    'an Activate during an Install',
    ['I6'],
    (clean) => ({
      routerLog: [
        ...clean.routerLog,
        call('acme-r1', 'Activate', startOf(clean, 'd0') + 30, startOf(clean, 'd0') + 31),
      ],
    }),
  ],
  [
    'an Install while the router reboots',
    ['I6'],
    (clean) => ({
      routerLog: [
        ...clean.routerLog,
        call('acme-r1', 'Install', startOf(clean, 'd0') + 60, startOf(clean, 'd0') + 61),
      ],
    }),
  ],
  [
    'an Install that was broken off while another one ran',
    ['I6'],
    (clean) => ({
      routerLog: [
        ...clean.routerLog,
        call('acme-r1', 'Install', startOf(clean, 'd0') + 22, startOf(clean, 'd0') + 39, {
          accepted: false,
          detail: { transferred: true },
        }),
      ],
    }),
  ],
  [
    'a second reboot in one direction',
    ['I6'],
    (clean) => {
      const at = startOf(clean, 'd24') + 108;
      const again = [
        reboot('acme-r13', 'd24', at),
        power('acme-r13', 'down', at + 2, 'v26'),
        power('acme-r13', 'up', at + 5, 'v26'),
      ];
      return { routerLog: [...clean.routerLog, ...again] };
    },
  ],
  [
    'a change after the deployment had let go of the router',
    ['I6'],
    (clean) => ({ routerLog: [...clean.routerLog, call('acme-r13', 'Activate', 70_000, 70_001)] }),
  ],
  [
    'a change before any deployment of the router',
    ['I6'],
    (clean) => ({ routerLog: [call('acme-r1', 'Activate', 10, 11), ...clean.routerLog] }),
  ],
  [
    'two deployments at a time on a router',
    ['I6'],
    (clean) => ({ executions: ran(clean, 'd27', { started: startOf(clean, 'd26') + 50 }) }),
  ],
  [
    "a reboot of another deployment's",
    ['I6'],
    (clean) => ({
      routerLog: edited(
        clean.routerLog,
        (record) =>
          record.router_id === 'acme-r13' && record.kind === 'call' && record.rpc.endsWith('/Reboot'),
        (record) => ({ ...record, detail: { message: 'vecino deployment d0 forward' } }),
      ),
    }),
  ],
  [
    'a deployment that starts before the router of a terminated one was found at rest',
    ['I6'],
    (clean) => ({ executions: ran(clean, 'd29', { started: startOf(clean, 'd28') + 40 }) }),
  ],

  [
    'one that overtook on its router',
    ['I7'],
    (clean) => ({
      executions: ran(clean, 'd31', {
        started: startOf(clean, 'd30') - 2,
        closed: startOf(clean, 'd30') - 1,
      }),
    }),
  ],

  ['more at once than the cap', ['I8'], (clean) => ({ tenants: tenant(clean, 'acme', { cap: limit(1) }) })],
  [
    'more at once than a cap that was lowered',
    ['I8'],
    (clean) => ({
      tenants: tenant(clean, 'acme', {
        cap: { initial: 2, changes: [{ value: 1, asked: 490_000, written: 490_000 }] },
      }),
    }),
  ],

  [
    'a third router under change, of a deployment that had ended',
    ['I6', 'I8'],
    (clean) => ({
      routerLog: [
        ...clean.routerLog,
        call('acme-r15', 'Install', startOf(clean, 'd32') + 30, startOf(clean, 'd32') + 31),
      ],
    }),
  ],

  [
    'too much in a window',
    ['I9'],
    (clean) => ({ grants: [...clean.grants, { tenantId: 'acme', granted: 101, at: 60_000 }] }),
  ],
  [
    'too much across the edge of two windows',
    ['I9'],
    (clean) => ({
      grants: [
        ...clean.grants,
        { tenantId: 'acme', granted: 60, at: 719_999 },
        { tenantId: 'acme', granted: 60, at: 779_998 },
      ],
    }),
  ],
  [
    'more than a limit that was lowered',
    ['I9'],
    (clean) => ({
      tenants: tenant(clean, 'acme', {
        intake: { initial: 100, changes: [{ value: 0, asked: 590_000, written: 590_000 }] },
      }),
    }),
  ],
  [
    'requests that got in without a grant',
    ['I9'],
    (clean) => ({ grants: without(clean.grants, ({ tenantId }) => tenantId === 'beta') }),
  ],

  ['a commit ahead of Temporal', ['I10'], (clean) => ({ handovers: handedLater(clean, 'd24', 5_000) })],
  ['a commit ahead of a dead letter', ['I10'], (clean) => letterLater(clean, 'd23', 5_000, false)],

  ...(['key', 'value', 'headers'] as const).map((part): Plant => [
    `a dead letter with another ${part}`,
    ['I11'],
    (clean) => ({
      deadLetters: edited(clean.deadLetters, letterOf(clean, 'd11'), (letter) => ({
        ...letter,
        equal: { ...letter.equal, [part]: false },
      })),
    }),
  ]),
  [
    'a poison record that waits for its dead letter',
    ['I11'],
    (clean) => letterLater(clean, 'd23', 10_001, true),
  ],
  [
    'a poison record that holds up what lies behind it',
    ['I11'],
    (clean) => {
      const { partition } = requestOf(clean, 'd24');
      return {
        handovers: handedLater(clean, 'd24', 10_001),
        commits: waiting(clean.commits, partition, 60_050, 70_057),
      };
    },
  ],

  [
    'a commit past a dead letter that cannot be written yet',
    ['I12'],
    (clean) => letterLater(clean, 'd25', 31_000, false),
  ],
  [
    'a record that was skipped, since its dead letter could not be written',
    ['I12'],
    (clean) => ({ deadLetters: without(clean.deadLetters, letterOf(clean, 'd25')) }),
  ],

  [
    'a tenant that is too slow to go on while something is broken that it does not need',
    ['I13'],
    (clean) => ({
      statuses: edited(clean.statuses, end('d34'), (record) => ({ ...record, timestamp: 571_000 })),
      tenants: tenant(clean, 'acme', { promptMs: 60_000 }),
    }),
  ],
  [
    'a tenant that stands still though its path does not need what is broken',
    ['I13'],
    (clean) => ({
      statuses: edited(clean.statuses, end('d34'), (record) => ({ ...record, timestamp: 580_000 })),
    }),
  ],
  [
    'a backlog that does not drain',
    ['I13'],
    (clean) => ({
      statuses: edited(clean.statuses, end('d36'), (record) => ({ ...record, timestamp: 610_000 })),
    }),
  ],
  [
    'a request that waits for nothing',
    ['I13'],
    (clean) => ({
      statuses: edited(clean.statuses, end('d24'), (record) => ({ ...record, timestamp: 70_000 })),
    }),
  ],

  [
    'a router that will boot something else',
    ['I14'],
    (clean) => ({ routers: router(clean, 'acme-r13', { nextBootVersion: 'v0' }) }),
  ],
  [
    'a router with a reboot pending',
    ['I14'],
    (clean) => ({ routers: router(clean, 'acme-r13', { rebootPending: true }) }),
  ],
  [
    'a router with an Install running',
    ['I14'],
    (clean) => ({ routers: router(clean, 'acme-r13', { installing: true }) }),
  ],
  [
    'a router with a standby that will boot something else',
    ['I14'],
    (clean) => ({
      routers: router(clean, 'acme-r13', { standby: { runningVersion: 'v26', nextBootVersion: 'v0' } }),
    }),
  ],
  [
    'a router that runs what nobody asked for',
    ['I14'],
    (clean) => ({ routers: router(clean, 'acme-r12', { runningVersion: 'v99', nextBootVersion: 'v99' }) }),
  ],
  [
    'a router that is away, and not locked',
    ['I14'],
    (clean) => ({ locks: without(clean.locks, ofDeployment('d7')) }),
  ],
  [
    'a router that a human must look at, and not locked',
    ['I14'],
    (clean) => ({ locks: without(clean.locks, ofDeployment('d18')) }),
  ],
  [
    'a lock that no terminal tells of',
    ['I14'],
    (clean) => ({ locks: [...clean.locks, { tenantId: 'acme', deploymentId: 'd24', alerted: true }] }),
  ],
  [
    'a deployment on a router that another one holds locked',
    ['I14'],
    (clean) => ({
      locks: [...clean.locks, { tenantId: 'acme', deploymentId: 'd26', alerted: true }],
      statuses: told(clean, end('d26'), { details: { router: 'quarantined' } }),
    }),
  ],
  [
    'a lock of which nobody was told',
    ['I14'],
    (clean) => ({ locks: edited(clean.locks, ofDeployment('d7'), (lock) => ({ ...lock, alerted: false })) }),
  ],
  [
    'an upgrade of a router that was not booted',
    ['I14'],
    (clean) => ({
      routerLog: without(
        clean.routerLog,
        (record) =>
          record.router_id === 'acme-r13' && (record.kind !== 'call' || record.rpc.endsWith('/Reboot')),
      ),
    }),
  ],
  [
    'an upgrade that came back with the old version',
    ['I14'],
    (clean) => ({
      routerLog: edited(
        clean.routerLog,
        (record) =>
          record.router_id === 'acme-r1' && record.kind === 'up' && record.at === startOf(clean, 'd0') + 100,
        (record) => ({ ...record, running_version: 'v1' }),
      ),
    }),
  ],
  [
    'a way back that ended on the new version',
    ['I14'],
    (clean) => ({
      routerLog: edited(
        clean.routerLog,
        (record) => record.router_id === 'acme-r3' && record.kind === 'up' && record.running_version === 'v1',
        (record) => ({ ...record, running_version: 'v6' }),
      ),
    }),
  ],
  [
    'nothing to be done, on a router that ran something else',
    ['I14'],
    (clean) => ({
      routerLog: [power('acme-r16', 'down', 10, 'v1'), power('acme-r16', 'up', 20, 'v0'), ...clean.routerLog],
      routers: router(clean, 'acme-r16', { runningVersion: 'v1', nextBootVersion: 'v1' }),
    }),
  ],
  [
    'an unknown state, and nobody asked the router',
    ['I14'],
    (clean) => ({
      statuses: told(clean, end('d5'), { reason: { code: 'DEVICE_STATE_UNKNOWN', text: '' } }),
    }),
  ],
  [
    'a router in an unknown state that was let go of',
    ['I14'],
    (clean) => ({ statuses: told(clean, end('d7'), { details: {} }) }),
  ],
  [
    'a cancelled deployment that had rebooted the router',
    ['I14'],
    (clean) => ({ routerLog: [...clean.routerLog, reboot('beta-r4', 'd9', startOf(clean, 'd9') + 41)] }),
  ],
];

it('the history in which all that is planted is clean', () => {
  expect(audit(CLEAN)).toEqual([]);
});

it.each(PLANTS)('%s is found', (_, found, change) => {
  const violations = audit({ ...CLEAN, ...change(CLEAN) });
  expect([...new Set(violations.map(({ invariant }) => invariant))]).toEqual(found);
  for (const { subject, text, records } of violations) {
    expect({ subject, text, records: records.length > 0 }).toEqual({
      subject: expect.stringMatching(/\S/),
      text: expect.stringMatching(/\S/),
      records: true,
    });
  }
});

it('there is a planted violation of every invariant', () => {
  expect(new Set(PLANTS.flatMap(([, found]) => found)).size).toBe(14);
});
