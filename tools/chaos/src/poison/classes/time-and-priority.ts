import { rejected, TAKEN } from '../fate.js';
import { inGroup, pick } from '../poison-class.js';
import { avro, json, requestOf } from '../request-record.js';

const INVALID = rejected('INVALID_FIELD');
const TIMES = ['not_before', 'requested_at'] as const;
/** The last millisecond that may be named. */
const LAST_TIME = Date.UTC(2100, 0, 1) - 1;
const FIRST_TIME = Date.UTC(2020, 0, 1);

export const TIME_AND_PRIORITY_CLASSES = inGroup('time and priority', [
  {
    name: 'priority-out-of-range',
    what: 'a priority below 1 or above 5',
    fate: INVALID,
    make: (n, context) => avro(context, { priority: pick([0, 6, -1, 2 ** 31 - 1, -(2 ** 31), 99 + n], n) }),
  },
  {
    name: 'priority-no-integer',
    what: 'JSON whose priority is a fraction, text, too large, or a list',
    fate: INVALID,
    make: (n, context) =>
      json(
        context,
        { ...requestOf(context), priority: pick<unknown>([2.5, '1', 1e300, [1], true, 2 ** 32 + 1], n) },
        requestOf(context).request_id,
      ),
  },
  {
    name: 'time-in-another-unit',
    what: 'a time in seconds, microseconds, nanoseconds, before 1970, or in the year 2100',
    fate: INVALID,
    make: (n, context) =>
      avro(context, {
        [pick(TIMES, n)]: pick(
          [
            1_800_000_000 + n,
            1_800_000_000_000_000,
            1_800_000_000_000_000 * 4,
            -1 - n,
            0,
            LAST_TIME + 1,
            FIRST_TIME - 1,
          ],
          n >> 1,
        ),
      }),
  },
  {
    name: 'time-no-date',
    what: 'JSON whose time is no RFC 3339 text, or a day that there is not',
    fate: INVALID,
    make: (n, context) => {
      const time = pick(
        [
          'tomorrow',
          '2026-13-01T00:00:00Z',
          '2026-02-30T00:00:00Z',
          '2026-01-01',
          '2026-01-01T25:00:00Z',
          '01/02/2026',
          '',
          '2026-01-01T00:00:00',
        ],
        n >> 1,
      );
      return json(context, { ...requestOf(context), [pick(TIMES, n)]: time }, requestOf(context).request_id);
    },
  },
  {
    name: 'time-at-the-edges',
    what: 'a `requested_at` in the first and in the last millisecond that there is, a `not_before` long ago',
    fate: TAKEN,
    make: (n, context) =>
      avro(context, { requested_at: pick([FIRST_TIME, LAST_TIME], n), not_before: FIRST_TIME + n }),
  },
  {
    name: 'not-before-far-away',
    what: 'a `not_before` at the end of the century: it waits, and holds up nobody',
    fate: { kind: 'waits', code: 'NOT_BEFORE' },
    make: (n, context) => avro(context, { not_before: LAST_TIME - n }),
  },
]);
