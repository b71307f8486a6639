import { IntakeReplica } from './intake-replica.js';

const TIMING = { windowMs: 1_000, slackMs: 200, patienceMs: 300 };
const LEASE_MS = 500;

/** Started at 0, with a third of the partitions and with the group's word at `confirmedAt`. */
function replicaWith(confirmedAt: number): IntakeReplica {
  const replica = new IntakeReplica(TIMING, LEASE_MS, 0, true);
  replica.share.assigned({ member: 'm-1', partitions: [0, 1, 2, 3], all: 12 }, 0);
  replica.share.confirmed(confirmedAt);
  return replica;
}

test('grants from the shared log while it answers', () => {
  const replica = replicaWith(0);
  expect(replica.route(10)).toEqual({ kind: 'closed', until: 1_300 });
  expect(replica.answered()).toBe(true);
  expect(replica.answered()).toBe(false);
  expect(replica.route(10)).toEqual({ kind: 'shared' });
});

test('once the log is silent, nothing for a window and while it is worth waiting for it, and then its share of each limit', () => {
  const replica = replicaWith(6_000);
  replica.answered();
  replica.failed(4_900, 5_000);
  replica.failed(6_200, 6_250);
  expect(replica.route(6_299)).toEqual({ kind: 'closed', until: 6_300 });
  const route = replica.route(6_300);
  expect(route).toEqual({ kind: 'local', own: 4, all: 12 });
  if (route.kind === 'local') {
    expect(replica.takeLocally('acme', 10, route, 9, 6_300)).toEqual({ granted: 3, retryAt: 7_300 });
    expect(replica.takeLocally('acme', 2, route, 1, 7_800)).toMatchObject({ granted: 0 });
  }
  expect(replica.answered()).toBe(true);
  expect(replica.route(6_301)).toEqual({ kind: 'shared' });
});

test('does not grant its share on old news: it has to have found the log away a moment ago', () => {
  const replica = replicaWith(6_000);
  replica.failed(5_700, 5_750);
  expect(replica.route(5_900)).toMatchObject({ kind: 'local' });
  expect(replica.route(5_901)).toEqual({ kind: 'closed' });
});

test('does not grant what may have become the share of another', () => {
  const replica = replicaWith(5_000);
  replica.failed(5_400, 5_400);
  expect(replica.route(5_499)).toMatchObject({ kind: 'local' });
  expect(replica.route(5_500)).toEqual({ kind: 'closed' });
});

test('says that it is fresh at its first call only, and soon', () => {
  expect(replicaWith(0).voice(200).fresh).toBe(true);
  expect(replicaWith(0).voice(201).fresh).toBe(false);
  const answered = replicaWith(0);
  answered.answered();
  expect(answered.voice(10).fresh).toBe(false);
  const failed = replicaWith(0);
  failed.failed(5, 5);
  expect(failed.voice(10).fresh).toBe(false);
});

test('says for a window that it granted by itself, and does not leave quietly', () => {
  const replica = replicaWith(5_000);
  replica.failed(5_000, 5_000);
  replica.takeLocally('acme', 12, { own: 4, all: 12 }, 1, 5_000);
  expect(replica.isQuiet(5_000)).toBe(false);
  replica.answered();
  expect(replica.voice(5_999).localAgo).toBe(999);
  expect(replica.isQuiet(5_999)).toBe(false);
  expect(replica.voice(6_000).localAgo).toBeUndefined();
  expect(replica.isQuiet(6_000)).toBe(true);
});
