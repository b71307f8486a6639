import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import { audit } from './audit.js';
import type { Evidence } from './evidence/evidence.js';
import { edited, editStatus, ofDeployment, ofRouter, startOf, statusOf, without } from './testing/edits.js';
import { call, power } from './testing/scenes.js';
import { type Order, play } from './testing/small-platform.js';

const order = (course: Order['course'], more: Partial<Order> = {}): Order => ({
  tenant: 'acme',
  router: 1,
  at: 1_000,
  course,
  ...more,
});
const later = (router: number, ms = 10): Partial<Order> => ({ router, at: 1_000 + ms });
const upgraded = play([order('upgraded')]);
const start = startOf(upgraded, 'd0');

const fault = { effective: true, leastProgress: 0, drainMs: 1_000, concerns: ['acme'] };

/** Each of a shape of its own. */
const HISTORIES: readonly (readonly [shape: string, history: Evidence])[] = [
  ['nothing at all', play([])],
  ...(
    [
      'upgraded',
      'upgraded-by-activate',
      'already-running',
      'rejected-by-precheck',
      'install-fails',
      'rolled-back',
      'fell-back',
      'cancelled-while-running',
      'cancelled-while-waiting',
      'terminated',
      'timed-out',
      'did-not-return',
      'rollback-fails',
      'rate-limited',
      'queue-full',
      'faulty',
      'undeliverable',
      'left-unsent',
    ] as const
  ).map((course) => [`one that goes: ${course}`, play([order(course)])] as const),
  ['one whose confirmation by Kafka was lost', play([order('upgraded', { heard: 'unknown' })])],
  ['one that Kafka refused, and has', play([order('upgraded', { heard: 'fail' })])],
  ['one without an id of its own', play([order('upgraded', { anonymous: true })])],
  ['one that comes again while it runs', play([order('upgraded', { again: { what: 'same', afterMs: 30 } })])],
  [
    'one that comes again when it has ended',
    play([order('upgraded', { again: { what: 'same', afterMs: 9_000 } })]),
  ],
  ['an id for two contents', play([order('upgraded', { again: { what: 'other', afterMs: 30 } })])],
  ['statuses published twice, and a record redelivered', play([order('rolled-back', { twice: true })])],
  ['a queue on one router', play([1, 2, 3, 4].map((n) => order('upgraded', later(1, n))))],
  [
    'a queue on many routers',
    play([1, 2, 3, 4, 5, 6].map((n) => order(n % 2 === 0 ? 'upgraded' : 'already-running', later(n, n)))),
  ],
  [
    'two tenants side by side',
    play([
      order('upgraded'),
      order('upgraded', { tenant: 'beta' }),
      order('rolled-back', { tenant: 'beta', router: 2 }),
    ]),
  ],
  [
    'a router in quarantine that is let go of, and used again',
    play([order('did-not-return'), order('upgraded', later(1)), order('already-running', later(1, 20))]),
  ],
  [
    'a cap used up, while a router that was given up is away for long',
    play([
      order('did-not-return'),
      order('upgraded', later(2)),
      order('upgraded', later(3)),
      order('upgraded', later(4)),
      order('upgraded', later(1, 400)),
    ]),
  ],
  ['the next one after a terminated one', play([order('terminated'), order('upgraded', later(1))])],
  [
    'one that waits behind a poison record',
    play([order('faulty'), order('upgraded', later(1)), order('undeliverable', later(1, 20))]),
  ],
  [
    'a tenant that moved between two requests',
    moved(play([order('upgraded'), order('upgraded', later(1, 10_000))]), 'd1'),
  ],
  ['one whose workflow was started again, since it never began', startedAgain(upgraded)],
  ['an earlier state that lands after the terminal', late(upgraded)],
  ['a phase that tells how far it is, and one that answers a command too late', answering(upgraded)],
  ['one killed before it could say how far it had come', silenced(play([order('terminated')]))],
  ['a publish cut short by a cancel', silenced(play([order('cancelled-while-running')]))],
  ['a terminal told again from a history, with another time', toldAgain(upgraded)],
  ['a cap that is lowered while more run', lowered(play([1, 2].map((n) => order('upgraded', later(n)))))],
  ['calls that the router refused, at any time', refusedCalls(upgraded)],
  ['a reboot that was ordered, and called off in time', calledOff(play([order('cancelled-while-running')]))],
  ['a router that crashed into its new version before it was told to reboot', crashed(upgraded)],
  [
    'a tenant that was removed while its requests came',
    removed(play([order('upgraded'), order('upgraded', later(2))])),
  ],
  [
    'a partition that waits for the dead-letter topic',
    waits(play([order('faulty'), order('upgraded', later(1))])),
  ],
  ['a poison record that waits for whatever is broken', waitsLong(play([order('faulty')]))],
  [
    'a tenant held up by what it needs',
    heldUp(play([order('upgraded'), order('upgraded', { tenant: 'beta' })])),
  ],
  ['a tenant that stands still since something else is broken that it needs', stoodStill(upgraded)],
  ['a router that came back once its deployment had given it up', cameBack()],
  ['a call that was broken off, which its router noticed late', noticedLate()],
  ['clocks that are apart', clocksApart(play([order('upgraded'), order('faulty', later(2))]))],
  ['an intake that takes all of its limit, and again a window later', taken(upgraded)],
  ['records of a gate whose history is gone', { ...upgraded, handovers: [] }],
  [
    'offsets that were reset',
    reset(play([order('upgraded'), order('faulty', later(2)), order('upgraded', later(1))])),
  ],
];

it.each(HISTORIES)('%s is clean', (_, history) => {
  expect(audit(history)).toEqual([]);
});

function moved(history: Evidence, deploymentId: string): Evidence {
  const namespace = 'tenant-acme';
  return {
    ...history,
    executions: edited(history.executions, ofDeployment(deploymentId), (execution) => ({
      ...execution,
      namespace,
    })),
  };
}

function startedAgain(history: Evidence): Evidence {
  const never = { tenantId: 'acme', deploymentId: 'd0', started: 900, closed: 960, neverRan: true };
  return { ...history, executions: [never, ...history.executions] };
}

function late(history: Evidence): Evidence {
  const [first] = history.statuses;
  return { ...history, statuses: [...history.statuses, { ...first!, offset: 99, timestamp: 9_000 }] };
}

function answering(history: Evidence): Evidence {
  const between = history.statuses.findIndex(statusOf('d0', 'VERIFYING'));
  const waitUp = history.statuses[between - 1]!;
  const tells = [0.25, 0.5].map((more, nth) => ({
    ...editStatus(waitUp, {
      event_id: `acme/d0/more-${nth}`,
      sequence: waitUp.status.sequence + more,
      reason: nth === 0 ? null : { code: 'CANCEL_TOO_LATE', text: '' },
    }),
    offset: waitUp.offset + more,
  }));
  return { ...history, statuses: [...history.statuses, ...tells] };
}

/** Only its terminal is there. */
function silenced(history: Evidence): Evidence {
  const statuses = history.statuses.filter(({ status }) => status.sequence === TERMINAL_SEQUENCE);
  return { ...history, statuses };
}

function toldAgain(history: Evidence): Evidence {
  const end = history.statuses.at(-1)!;
  const again = {
    ...editStatus(end, { occurred_at: end.status.occurred_at + 500 }),
    offset: 99,
    timestamp: 9_000,
  };
  return { ...history, statuses: [...history.statuses, again] };
}

function lowered(history: Evidence): Evidence {
  const written = startOf(history, 'd1') + 1;
  const cap = { initial: 2, changes: [{ value: 1, asked: written, written }] };
  return { ...history, tenants: history.tenants.map((one) => ({ ...one, cap })) };
}

function refusedCalls(history: Evidence): Evidence {
  const refused = [5, start + 30, start + 60, 90_000].map((at) =>
    call('acme-r1', 'Install', at, at + 1, {
      accepted: false,
      status: 'INSTALL_ERROR',
      detail: { transferred: false },
    }),
  );
  return { ...history, routerLog: [...history.routerLog, ...refused] };
}

function calledOff(history: Evidence): Evidence {
  const at = startOf(history, 'd0') + 41;
  const message = 'vecino deployment d0 forward';
  const order = call('acme-r1', 'Reboot', at, at + 1, { detail: { message: 'of the console' } });
  const cancel = {
    ...call('acme-r1', 'Reboot', at + 1, at + 2, { detail: { message } }),
    rpc: 'gnoi.system.System/CancelReboot',
  };
  const setBack = call('acme-r1', 'Activate', at + 2, at + 3, { detail: { version: 'v1', no_reboot: true } });
  return { ...history, routerLog: [...history.routerLog, order, cancel, setBack] };
}

function crashed(history: Evidence): Evidence {
  const log = without(
    history.routerLog,
    (record) => record.kind === 'call' && record.rpc.endsWith('/Reboot'),
  );
  return {
    ...history,
    routerLog: log.map((record) => (record.kind === 'call' ? record : { ...record, cause: 'crash' })),
  };
}

function cameBack(): Evidence {
  const history = play([order('did-not-return'), order('already-running', later(1))]);
  const [back, version] = [startOf(history, 'd1') + 5, 'v2'];
  return {
    ...history,
    routerLog: history.routerLog.map((record) =>
      record.kind === 'up' ? { ...record, at: back, running_version: version } : record,
    ),
    routers: history.routers.map((one) => ({ ...one, runningVersion: version, nextBootVersion: version })),
    requests: history.requests.map((record) => ({ ...record, softwareVersion: version })),
    statuses: history.statuses.map((record) => editStatus(record, { software_version: version })),
  };
}

function noticedLate(): Evidence {
  const history = play([order('cancelled-while-running')]);
  const end = startOf(history, 'd0') + 60;
  const isInstall = (record: Evidence['routerLog'][number]) =>
    record.kind === 'call' && record.rpc.endsWith('/Install');
  return { ...history, routerLog: edited(history.routerLog, isInstall, (record) => ({ ...record, end })) };
}

/** The second request came too late to be taken. */
function removed(history: Evidence): Evidence {
  const fates = ['taken', 'undeliverable'] as const;
  const [, second] = history.requests;
  const { partition, offset, timestamp } = second!;
  const letter = { partition: 0, offset: 0, timestamp: timestamp + 4, code: 'UNKNOWN_TENANT' };
  const equal = { key: true, value: true, headers: true };
  return {
    ...history,
    requests: history.requests.map((record) => ({ ...record, fates })),
    statuses: without(history.statuses, statusOf('d1')),
    executions: without(history.executions, ofDeployment('d1')),
    routerLog: without(history.routerLog, ofRouter('acme-r2')),
    deadLetters: [{ ...letter, original: { topic: history.requestTopic, partition, offset }, equal }],
  };
}

function waits(history: Evidence): Evidence {
  const away = { ...fault, what: 'no dead-letter topic', from: 900, to: 31_000, deadLettersAway: true };
  return {
    ...history,
    disturbances: [away],
    deadLetters: history.deadLetters.map((letter) => ({ ...letter, timestamp: 31_500 })),
    commits: history.commits.map((commit) => ({ ...commit, at: 31_501 })),
  };
}

function waitsLong(history: Evidence): Evidence {
  const killed = { ...fault, what: 'a kill of ingest', from: 900, to: 20_000 };
  return { ...waits(history), disturbances: [{ ...killed, drainMs: 15_000 }] };
}

function heldUp(history: Evidence): Evidence {
  const killed = { ...fault, what: 'a kill of its worker', from: 1_050, to: 30_000, leastProgress: 1 };
  const promptMs = 2_000;
  const executions = edited(history.executions, ofDeployment('d0'), (one) => ({ ...one, closed: 31_000 }));
  return {
    ...history,
    executions,
    disturbances: [killed],
    tenants: history.tenants.map((one) => ({ ...one, promptMs })),
    statuses: edited(
      history.statuses,
      (record) => statusOf('d0')(record) && record.status.sequence === TERMINAL_SEQUENCE,
      (record) => ({ ...record, timestamp: 31_003 }),
    ),
  };
}

function stoodStill(history: Evidence): Evidence {
  const other = {
    ...fault,
    what: 'a kill of ingest',
    from: 1_010,
    to: 1_100,
    concerns: [],
    leastProgress: 1,
  };
  const needed = { ...fault, what: 'a kill of its worker', from: 1_020, to: 1_090 };
  return { ...history, disturbances: [other, needed] };
}

/** Those of routers are 40 ms ahead of Temporal's, and those of the brokers 40 ms behind. */
function clocksApart(history: Evidence): Evidence {
  const ahead = history.routerLog.map((record) =>
    record.kind === 'call'
      ? { ...record, start: record.start + 40, end: record.end + 40 }
      : { ...record, at: record.at + 40 },
  );
  const behind = <T extends { readonly timestamp: number }>(all: readonly T[]) =>
    all.map((one) => ({ ...one, timestamp: one.timestamp - 40 }));
  return {
    ...history,
    clocksApartMs: 80,
    routerLog: ahead,
    statuses: behind(history.statuses),
    commits: history.commits.map((commit) => ({ ...commit, at: commit.at - 40 })),
  };
}

function taken(history: Evidence): Evidence {
  const grant = (granted: number, at: number) => ({ tenantId: 'acme', granted, at });
  return { ...history, grants: [grant(600, 0), grant(400, 30_000), grant(600, 60_000), grant(400, 90_000)] };
}

function reset(history: Evidence): Evidence {
  const again = history.handovers.map((handover) => ({ ...handover, at: handover.at + 50_000 }));
  const letters = history.deadLetters.map((letter) => ({
    ...letter,
    offset: letter.offset + 50,
    timestamp: 51_000,
  }));
  const commits = history.commits.map((commit) => ({ ...commit, at: commit.at + 50_000 }));
  return {
    ...history,
    handovers: [...history.handovers, ...again],
    deadLetters: [...history.deadLetters, ...letters],
    commits: [
      ...history.commits,
      ...[0, 1, 2].map((partition) => ({ at: 40_000, partition, offset: 0 })),
      ...commits,
    ],
  };
}

it("a power cut while nobody works on the router is nobody's fault", () => {
  const log = [
    ...upgraded.routerLog,
    power('acme-r1', 'down', 20_000, 'v2', 'power-off'),
    power('acme-r1', 'up', 30_000, 'v2', 'power-on'),
  ];
  expect(audit({ ...upgraded, routerLog: log })).toEqual([]);
});
