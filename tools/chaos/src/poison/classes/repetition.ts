import { deadLetterAlone, rejected, REPEATED, TAKEN } from '../fate.js';
import { inGroup, type MakePoison, pick } from '../poison-class.js';
import { avro, json, requestOf } from '../request-record.js';

const once: MakePoison = (_, context) => avro(context);
const WHEN = 1_600_000_000_000;

/** Two requests with one id. */
export const REPETITION_CLASSES = inGroup('repetition', [
  {
    name: 'same-again',
    what: 'the same request twice',
    fate: REPEATED,
    first: { fate: TAKEN, make: once },
    make: once,
  },
  {
    name: 'same-content-otherwise-written',
    what: 'the same request, written as JSON, by somebody else, at another time',
    fate: REPEATED,
    first: { fate: TAKEN, make: once },
    make: (n, context) => {
      const more = pick([{}, { requested_by: `somebody else ${n}` }, { requested_at: WHEN + n }], n);
      return json(context, requestOf(context, more), requestOf(context).request_id);
    },
  },
  {
    name: 'id-reused',
    what: 'the same id for another version, router, address, priority or time',
    fate: deadLetterAlone('ID_REUSED'),
    first: { fate: TAKEN, make: once },
    make: (n, context) =>
      avro(
        context,
        pick(
          [
            { software_version: `3.0.${n}` },
            { router_id: `other-${context.canary}` },
            { priority: 1 },
            { not_before: WHEN + n },
          ],
          n,
        ),
      ),
  },
  {
    name: 'id-reused-after-refusal',
    what: 'the id of a request that was refused, for the corrected one',
    fate: deadLetterAlone('ID_REUSED'),
    first: { fate: rejected('INVALID_FIELD'), make: (_, context) => avro(context, { priority: 9 }) },
    make: once,
  },
  {
    name: 'id-reused-by-a-bad-request',
    what: 'the id of a request that was taken, for one that is at fault itself: its fault counts',
    fate: deadLetterAlone('INVALID_FIELD'),
    first: { fate: TAKEN, make: once },
    make: (n, context) => avro(context, { priority: 6 + n }),
  },
  {
    name: 'no-id-twice',
    what: 'the same request twice, without an id: two requests for one router',
    fate: TAKEN,
    first: { fate: TAKEN, make: (_, context) => avro(context, { request_id: null }) },
    make: (_, context) => avro(context, { request_id: null }),
  },
]);
