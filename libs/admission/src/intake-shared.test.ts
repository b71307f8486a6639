import { type IntakeServer, type IntakeVoice, SharedIntake } from './intake-shared.js';

const TIMING = { windowMs: 1_000, slackMs: 200, patienceMs: 300 };
const CLOSED_MS = 1_200;

const server = (now: number, more: Partial<IntakeServer> = {}): IntakeServer => ({
  now,
  run: 'run-1',
  evicted: 0,
  durable: false,
  ...more,
});
const voice = (more: Partial<IntakeVoice> = {}): IntakeVoice => ({
  replica: 'r-1',
  deadline: Infinity,
  fresh: false,
  ...more,
});

function openAt(now: number, more: Partial<IntakeServer> = {}): SharedIntake {
  const log = new SharedIntake(TIMING);
  log.speak(server(now, more), voice({ fresh: true }));
  return log;
}
const take = (log: SharedIntake, at: IntakeServer, more: Partial<IntakeVoice> = {}) =>
  log.take(at, voice(more), 'acme', 5, 1);
const closed = (why: string, waitMs = CLOSED_MS) => ({ kind: 'closed', why, waitMs });

test('an empty log is closed for a window and the slack, unless it is known to be new', () => {
  const log = new SharedIntake(TIMING);
  expect(take(log, server(5_000))).toEqual(closed('flushed'));
  log.speak(server(5_700), voice());
  expect(take(log, server(6_199), { fresh: true })).toEqual(closed('flushed', 1));
  expect(take(log, server(6_200))).toMatchObject({ kind: 'taken', at: 6_200, granted: 1 });
  expect(take(openAt(5_000), server(5_000))).toMatchObject({ kind: 'taken' });
});

test('a restart closes it, unless the server forgets nothing', () => {
  const restarted = server(5_100, { run: 'run-2' });
  expect(take(openAt(5_000), restarted)).toEqual(closed('restarted'));
  expect(take(openAt(5_000, { durable: true }), restarted)).toMatchObject({ kind: 'taken' });
  // It throws keys away after all.
  const forgetful = { ...restarted, evicted: 1 };
  expect(take(openAt(5_000, { durable: true }), forgetful)).toEqual(closed('restarted'));
});

test('keys that are thrown away close it', () => {
  expect(take(openAt(5_000), server(5_100, { evicted: 3 }))).toEqual(closed('evicted'));
});

test('a silence in which a replica may have granted by itself closes it', () => {
  expect(take(openAt(5_000), server(6_099))).toMatchObject({ kind: 'taken' });
  expect(take(openAt(5_000), server(6_100))).toEqual(closed('away'));
});

test('replicas that left in order are not waited for, others are', () => {
  const log = openAt(5_000);
  log.leave(server(5_100), voice());
  expect(take(log, server(50_000))).toMatchObject({ kind: 'taken' });

  const two = openAt(5_000);
  two.speak(server(5_050), voice({ replica: 'r-2' }));
  two.leave(server(5_100), voice());
  expect(take(two, server(50_000))).toEqual(closed('away'));
});

test('while it is closed, one that granted by itself until a moment ago keeps it closed', () => {
  const log = openAt(5_000);
  expect(take(log, server(8_000))).toEqual(closed('away'));
  expect(take(log, server(8_500), { localAgo: 100 })).toEqual(closed('away', CLOSED_MS - 100));
  log.speak(server(9_000), voice());
  // Once it is open that was within reach of those who could have waited.
  expect(take(log, server(9_600), { localAgo: 100 })).toMatchObject({ kind: 'taken' });
});

test('what is carried out after its deadline changes nothing', () => {
  const log = openAt(5_000);
  expect(log.take(server(5_101), voice({ deadline: 5_100 }), 'acme', 5, 5)).toEqual({ kind: 'late' });
  expect(log.take(server(5_102), voice(), 'acme', 5, 5)).toMatchObject({ granted: 5 });
  const empty = new SharedIntake(TIMING);
  expect(take(empty, server(5_101), { deadline: 5_100, fresh: true })).toEqual({ kind: 'late' });
  expect(take(empty, server(5_102))).toEqual(closed('flushed'));
});
