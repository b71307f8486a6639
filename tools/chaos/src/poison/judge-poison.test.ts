import { DEAD_LETTER_HEADERS } from '@vecino/contracts';
import { deadLetterAlone, type Fate, rejected, REPEATED, TAKEN } from './fate.js';
import { judgePoison } from './judge-poison.js';
import type { SeenLetter, SeenStatus } from './observed.js';
import type { SentRecord } from './send-planned.js';

const TOPIC = 'requests';
const FATES: readonly Fate[] = [
  TAKEN,
  rejected('OVERSIZE'),
  deadLetterAlone('MALFORMED'),
  { kind: 'turned away', code: 'TENANT_DRAINING' },
  { kind: 'waits', code: 'NOT_BEFORE' },
  REPEATED,
];
const [TAKEN_AT, REJECTED_AT, ALONE_AT, TURNED_AWAY_AT, WAITS_AT] = [0, 1, 2, 3, 4] as const;

/** One record of each fate; the repeated one repeats the first. */
const sent: readonly SentRecord[] = FATES.map((fate, i) => ({
  className: fate.kind,
  n: 0,
  fate,
  canary: `cny${i}`,
  tenantId: i % 2 === 0 ? 'acme' : 'boreal',
  deploymentId: fate.kind === 'repeated' ? 'd-0' : `d-${i}`,
  partition: i,
  offset: 10 + i,
  timestamp: 1_000 + i,
  digest: `digest ${i}`,
})).map((record) => (record.fate.kind === 'repeated' ? { ...record, tenantId: 'acme' } : record));

function letterOf(at: number, code: string, more: Partial<SeenLetter> = {}): SeenLetter {
  const { partition, offset, timestamp, digest } = sent[at] as SentRecord;
  const told = {
    [DEAD_LETTER_HEADERS.topic]: TOPIC,
    [DEAD_LETTER_HEADERS.partition]: String(partition),
    [DEAD_LETTER_HEADERS.offset]: String(offset),
    [DEAD_LETTER_HEADERS.timestamp]: String(timestamp),
    [DEAD_LETTER_HEADERS.connector]: 'vecino',
    [DEAD_LETTER_HEADERS.stage]: 'VALUE_CONVERTER',
    [DEAD_LETTER_HEADERS.code]: code,
    [DEAD_LETTER_HEADERS.text]: 'why',
  };
  return { place: `0/${at}`, digest, told, twice: [], ...more };
}

function statusOf(at: number, state: string, code?: string, more: Partial<SeenStatus> = {}): SeenStatus {
  const { tenantId, deploymentId, canary } = sent[at] as SentRecord;
  const common = { tenantId, offset: at, deploymentId, routerId: `r-${at}`, softwareVersion: '2' };
  return { ...common, state, eventId: `${at} ${state}`, canaries: [canary], ...(code && { code }), ...more };
}

const letters: readonly SeenLetter[] = [letterOf(REJECTED_AT, 'OVERSIZE'), letterOf(ALONE_AT, 'MALFORMED')];
const statuses: readonly SeenStatus[] = [
  statusOf(TAKEN_AT, 'QUEUED', 'CAP_REACHED'),
  statusOf(TAKEN_AT, 'SUCCEEDED', 'UPGRADED'),
  statusOf(TAKEN_AT, 'SUCCEEDED', 'UPGRADED'),
  statusOf(REJECTED_AT, 'REJECTED', 'OVERSIZE'),
  statusOf(TURNED_AWAY_AT, 'REJECTED', 'TENANT_DRAINING'),
  statusOf(WAITS_AT, 'QUEUED', 'NOT_BEFORE'),
];

const rulesOf = (seen: { letters?: readonly SeenLetter[]; statuses?: readonly SeenStatus[] }): string[] =>
  judgePoison(sent, { letters, statuses, ...seen }, TOPIC).map(({ rule }) => rule);
const without = <T>(all: readonly T[], one: number): T[] => all.filter((_, i) => i !== one);
const changed = <T>(all: readonly T[], at: number, by: Partial<T>): T[] =>
  all.map((one, i) => (i === at ? { ...one, ...by } : one));
const told = (by: Record<string, string>): SeenLetter[] =>
  changed(letters, 0, { told: { ...letters[0]?.told, ...by } });

test('nothing is wrong where every record has its fate, and a repeated one its terminal again', () => {
  expect(judgePoison(sent, { letters, statuses }, TOPIC)).toEqual([]);
});

test.each([
  ['a dead letter is missing', 'letter missing', { letters: without(letters, 0) }],
  ['a record without a status has no dead letter', 'letter missing', { letters: without(letters, 1) }],
  [
    'a dead letter is there twice',
    'letter too many',
    { letters: [...letters, letterOf(ALONE_AT, 'MALFORMED')] },
  ],
  ['what was taken has one', 'letter too many', { letters: [...letters, letterOf(TAKEN_AT, 'MALFORMED')] }],
  [
    'what was turned away has one',
    'letter too many',
    { letters: [...letters, letterOf(TURNED_AWAY_AT, 'MALFORMED')] },
  ],
  [
    'a dead letter is of a record that nobody sent',
    'ghost',
    { letters: [...letters, { ...letterOf(0, 'MALFORMED'), told: {} }] },
  ],
  [
    'its bytes are others',
    'letter not as it must be',
    { letters: changed(letters, 0, { digest: 'another' }) },
  ],
  [
    'its code is another',
    'letter not as it must be',
    { letters: told({ [DEAD_LETTER_HEADERS.code]: 'MALFORMED' }) },
  ],
  [
    'its time is another',
    'letter not as it must be',
    { letters: told({ [DEAD_LETTER_HEADERS.timestamp]: '1' }) },
  ],
  ['it has no text', 'letter not as it must be', { letters: told({ [DEAD_LETTER_HEADERS.text]: '' }) }],
  [
    'a forged header is left',
    'letter not as it must be',
    { letters: told({ '__connect.errors.x': 'forged' }) },
  ],
  [
    'a true header comes twice',
    'letter not as it must be',
    { letters: changed(letters, 0, { twice: ['x'] }) },
  ],
  ['what was taken does not end', 'status missing', { statuses: statuses.slice(3) }],
  ['what was refused is not told', 'status missing', { statuses: without(statuses, 3) }],
  ['what waits is not told', 'status missing', { statuses: without(statuses, 5) }],
  [
    'what waits has ended',
    'status not as it must be',
    { statuses: [...statuses, statusOf(WAITS_AT, 'SUCCEEDED', 'UPGRADED')] },
  ],
  [
    'what was taken failed',
    'status not as it must be',
    { statuses: [statusOf(TAKEN_AT, 'FAILED', 'WORKFLOW_FAILED'), ...statuses.slice(3)] },
  ],
  [
    'what was refused ran',
    'status not as it must be',
    { statuses: changed(statuses, 3, { state: 'SUCCEEDED' }) },
  ],
  [
    'it was refused for another reason',
    'status not as it must be',
    { statuses: changed(statuses, 3, { code: 'MALFORMED' }) },
  ],
  [
    'a second content ran under the id',
    'status not as it must be',
    { statuses: changed(statuses, 2, { softwareVersion: '3' }) },
  ],
  ['it ended twice', 'two terminals', { statuses: changed(statuses, 2, { eventId: 'another' }) }],
  [
    'what is a dead letter alone has a status',
    'ghost',
    { statuses: [...statuses, statusOf(ALONE_AT, 'REJECTED', 'MALFORMED')] },
  ],
  [
    'a status is of no request',
    'ghost',
    { statuses: [...statuses, statusOf(TAKEN_AT, 'QUEUED', 'X', { deploymentId: 'x' })] },
  ],
  [
    "a canary is in another tenant's topic",
    'canary of another tenant',
    { statuses: changed(statuses, 0, { canaries: ['cny0', 'cny1'] }) },
  ],
  [
    'a canary is of nobody',
    'canary of another tenant',
    { statuses: changed(statuses, 0, { canaries: ['cny9'] }) },
  ],
])('%s', (_case, rule, seen) => {
  expect(rulesOf(seen)).toEqual([rule]);
});
