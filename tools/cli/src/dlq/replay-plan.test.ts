import { type NetworkDeploymentRequest } from '@vecino/contracts';
import { type DeadLetter, placeText } from './dead-letter.js';
import { type ReplayHistory } from './find-replays.js';
import { type LetterContent } from './letter-content.js';
import { type ReadLetter } from './read-letters.js';
import { planReplay, type ReplayRules } from './replay-plan.js';

const rules: ReplayRules = { targets: ['requests', 'commands'], again: false };
const request = (request_id: string | null): LetterContent => ({
  kind: 'request',
  request: { tenant_id: 'acme', request_id } as NetworkDeploymentRequest,
});

function letter(offset: number, more: Partial<DeadLetter> = {}, content = request('d-1')): ReadLetter {
  const origin = { topic: 'requests', partition: 0, offset: 100 - offset, timestamp: 0 };
  const place = { partition: 0, offset };
  const rest = { at: 0, text: 'why', key: null, value: null, headers: {} };
  return { letter: { place, code: 'UNKNOWN_TENANT', origin, ...rest, ...more }, content };
}

function plan(letters: readonly ReadLetter[], history: ReplayHistory = { kind: 'never' }, given = rules) {
  const histories = new Map(letters.map((one) => [placeText(one.letter.place), history]));
  const { due, skipped } = planReplay(letters, histories, given);
  return { due: due.map((one) => one.letter.place.offset), skipped: skipped.map(({ code }) => code) };
}

it('sends letters in the order in which their records came', () => {
  expect(plan([letter(1), letter(2), letter(3)])).toEqual({ due: [3, 2, 1], skipped: [] });
});

it.each<[ReplayHistory, string]>([
  [{ kind: 'replayed', at: 1, offset: 2 }, 'REPLAYED_BEFORE'],
  [{ kind: 'not-known', retainedFrom: 5 }, 'REPLAY_NOT_KNOWN'],
  [{ kind: 'not-known', retainedFrom: Infinity }, 'REPLAY_NOT_KNOWN'],
])(
  'leaves alone what was sent before or may have been, unless it shall be sent again: %j',
  (history, code) => {
    expect(plan([letter(1)], history)).toEqual({ due: [], skipped: [code] });
    expect(plan([letter(1)], history, { ...rules, again: true })).toEqual({ due: [1], skipped: [] });
  },
);

it('sends one of the letters of one record, also again', () => {
  const origin = { topic: 'requests', partition: 0, offset: 7, timestamp: 0 };
  const copies = [letter(1, { origin }), letter(2, { origin })];
  const once = { due: [1], skipped: ['SAME_RECORD'] };
  expect(plan(copies)).toEqual(once);
  const before: ReplayHistory = { kind: 'replayed', at: 1, offset: 2 };
  expect(plan(copies, before, { ...rules, again: true })).toEqual(once);
  expect(plan(copies, before).skipped).toEqual(['REPLAYED_BEFORE', 'REPLAYED_BEFORE']);
  // Of a topic that was made anew.
  const anew = letter(2, { origin: { ...origin, timestamp: 9 } });
  expect(plan([letter(1, { origin }), anew])).toEqual({ due: [1, 2], skipped: [] });
});

it('sends another letter of a record where the first is used up', () => {
  const origin = { topic: 'requests', partition: 0, offset: 7, timestamp: 0 };
  const copies = [letter(1, { origin, code: 'ID_REUSED' }), letter(2, { origin })];
  expect(plan(copies)).toEqual({ due: [2], skipped: ['USED_UP'] });
});

it.each([
  ['ID_REUSED', request('d-1')],
  ['ROUTER_OUTSIDE_NETWORKS', request('d-1')],
  ['UNKNOWN_DEPLOYMENT', { kind: 'unreadable', why: '' } as const],
])('leaves alone what is refused again whatever was mended: %s', (code, content) => {
  expect(plan([letter(1, { code }, content)]).skipped).toEqual(['USED_UP']);
});

it('sends a request without an id again: it gets a new one', () => {
  expect(plan([letter(1, { code: 'ROUTER_OUTSIDE_NETWORKS' }, request(null))]).due).toEqual([1]);
});

it('warns of a record that is itself at fault, and sends it', () => {
  const { due } = planReplay(
    [letter(1, { code: 'MALFORMED' })],
    new Map([['0/1', { kind: 'never' }]]),
    rules,
  );
  expect(due[0]?.warning).toBe('the record itself is at fault: why');
});

it.each<[Partial<DeadLetter>, ReplayHistory]>([
  [{ origin: undefined }, { kind: 'never' }],
  [{ origin: { topic: 'elsewhere', partition: 0, offset: 0, timestamp: 0 } }, { kind: 'never' }],
  [{}, { kind: 'no-place' }],
])(
  'never sends anything to a topic that is not for orders, or to a partition that is gone',
  (more, history) => {
    expect(plan([letter(1, more)], history, { ...rules, again: true }).skipped).toEqual(['FOREIGN']);
  },
);
