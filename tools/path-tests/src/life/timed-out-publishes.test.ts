import { statusEventId } from '@vecino/contracts';
import { type HistoryEvent, overlap, timedOutIn } from './timed-out-publishes.js';

/** `at` in seconds. */
const event = (eventId: number, at: number, attributes: object) =>
  ({ eventId, eventTime: { seconds: at, nanos: 0 }, ...attributes }) as unknown as HistoryEvent;
const scheduled = (eventId: number, at: number, name = 'publishStatuses') => {
  const input = { tenantId: 'acme', format: 'avro', changes: [{ deploymentId: 'd1', sequence: eventId }] };
  const payloads = [{ data: Buffer.from(JSON.stringify(input)) }];
  return event(eventId, at, {
    activityTaskScheduledEventAttributes: { activityType: { name }, input: { payloads } },
  });
};
const started = (eventId: number, at: number, scheduledEventId: number, lastFailure: object | null) =>
  event(eventId, at, { activityTaskStartedEventAttributes: { scheduledEventId, lastFailure } });
const completed = (eventId: number, at: number, scheduledEventId: number) =>
  event(eventId, at, { activityTaskCompletedEventAttributes: { scheduledEventId } });
const timedOut = (eventId: number, at: number, scheduledEventId: number) =>
  event(eventId, at, { activityTaskTimedOutEventAttributes: { scheduledEventId } });

const publishOf = (eventId: number, from: number, to: number) => ({
  eventIds: new Set([statusEventId('acme', 'd1', eventId)]),
  from: from * 1_000,
  to: to * 1_000,
});

it('a publish that was tried again after a timeout is found, and one that was given up for it', () => {
  expect(
    timedOutIn([
      scheduled(5, 10),
      started(6, 15, 5, { timeoutFailureInfo: {} }),
      completed(7, 16, 5),
      scheduled(8, 20),
      started(9, 20, 8, null),
      timedOut(10, 25, 8),
    ]),
  ).toEqual([publishOf(5, 10, 16), publishOf(8, 20, 25)]);
});

it('one that succeeded at once, one that failed in another way, and other activities are not', () => {
  expect(
    timedOutIn([
      scheduled(5, 10),
      started(6, 10, 5, null),
      completed(7, 11, 5),
      scheduled(8, 20),
      started(9, 21, 8, { applicationFailureInfo: {} }),
      completed(10, 22, 8),
      scheduled(11, 30, 'awaitAny'),
      timedOut(12, 35, 11),
    ]),
  ).toEqual([]);
});

it.each([
  [0, 9, false],
  [0, 10, true],
  [12, 13, true],
  [20, 30, true],
  [21, 30, false],
])('from %d to %d is while something else was from 10 to 20: %s', (from, to, is) => {
  expect(overlap({ from, to }, { from: 10, to: 20 })).toBe(is);
});
