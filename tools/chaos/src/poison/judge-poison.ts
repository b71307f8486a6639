import { DEAD_LETTER_HEADERS } from '@vecino/contracts';
import { groupBy, isTerminalState } from '@vecino/foundation';
import { type Fate, letterCodeOf } from './fate.js';
import type { Observed, SeenLetter, SeenStatus } from './observed.js';
import type { SentRecord } from './send-planned.js';

export type PoisonRule =
  /** It may still come. */
  | 'status missing'
  | 'letter missing'
  /** Nothing that comes later can mend these. */
  | 'letter too many'
  | 'letter not as it must be'
  | 'status not as it must be'
  | 'two terminals'
  | 'ghost'
  | 'canary of another tenant';

export interface PoisonViolation {
  readonly rule: PoisonRule;
  readonly what: string;
  readonly record?: SentRecord;
}

export const mayStillCome = ({ rule }: PoisonViolation): boolean =>
  rule === 'status missing' || rule === 'letter missing';

/** Everything that is not as the records' fates say. `topic` is the one from which the records came. */
export const judgePoison = (
  sent: readonly SentRecord[],
  observed: Observed,
  topic: string,
): PoisonViolation[] => [
  ...judgeLetters(sent, observed.letters, topic),
  ...judgeStatuses(sent, observed.statuses),
  ...judgeCanaries(sent, observed.statuses),
];

function judgeLetters(
  sent: readonly SentRecord[],
  letters: readonly SeenLetter[],
  topic: string,
): PoisonViolation[] {
  const sourceOf = ({ told }: SeenLetter): string =>
    [DEAD_LETTER_HEADERS.topic, DEAD_LETTER_HEADERS.partition, DEAD_LETTER_HEADERS.offset]
      .map((name) => told[name])
      .join('/');
  const bySource = groupBy(letters, sourceOf);
  const violations = sent.flatMap((record) => {
    const source = `${topic}/${record.partition}/${record.offset}`;
    const own = bySource.get(source) ?? [];
    bySource.delete(source);
    return judgeOwnLetters(record, own);
  });
  const ghosts = [...bySource].map(([source, [letter]]) => ({
    rule: 'ghost' as const,
    what: `the dead letter ${letter?.place} is of ${source}, which nobody sent`,
  }));
  return [...violations, ...ghosts];
}

function judgeOwnLetters(record: SentRecord, letters: readonly SeenLetter[]): PoisonViolation[] {
  const code = letterCodeOf(record.fate);
  const [letter, ...more] = letters;
  if (code === undefined && letter === undefined) return [];
  if (letter === undefined) return [{ rule: 'letter missing', what: `no dead letter ${code}`, record }];
  if (code === undefined || more.length > 0) {
    const places = letters.map(({ place }) => place).join(', ');
    return [{ rule: 'letter too many', what: `${letters.length} dead letters: ${places}`, record }];
  }
  return faultsOf(record, letter, code).map((what) => ({ rule: 'letter not as it must be', what, record }));
}

const MAX_TEXT_CHARACTERS = 1_024;

function faultsOf({ digest, timestamp }: SentRecord, letter: SeenLetter, code: string): string[] {
  const { told, twice, place } = letter;
  const must = {
    [DEAD_LETTER_HEADERS.code]: code,
    [DEAD_LETTER_HEADERS.timestamp]: String(timestamp),
    [DEAD_LETTER_HEADERS.connector]: 'vecino',
    [DEAD_LETTER_HEADERS.stage]: 'VALUE_CONVERTER',
  };
  const known: readonly string[] = Object.values(DEAD_LETTER_HEADERS);
  const text = told[DEAD_LETTER_HEADERS.text] ?? '';
  return [
    ...(letter.digest === digest ? [] : [`${place}: key, value or headers are not those of the original`]),
    ...Object.entries(must).flatMap(([name, value]) =>
      told[name] === value ? [] : [`${place}: ${name} is ${told[name]}, not ${value}`],
    ),
    ...(text.length > 0 && text.length <= MAX_TEXT_CHARACTERS ? [] : [`${place}: its text is "${text}"`]),
    ...Object.keys(told).flatMap((name) => (known.includes(name) ? [] : [`${place}: ${name} is not ours`])),
    ...twice.map((name) => `${place}: ${name} twice`),
  ];
}

/** Whether the record is the one that its deployment's statuses tell of. */
function hasStatuses({ kind }: Fate): boolean {
  switch (kind) {
    case 'taken':
    case 'waits':
    case 'rejected':
    case 'turned away':
      return true;
    case 'dead letter alone':
    case 'repeated':
      return false;
  }
}

const keyOf = ({ tenantId, deploymentId }: { tenantId: string; deploymentId: string }): string =>
  `${tenantId}/${deploymentId}`;

function judgeStatuses(sent: readonly SentRecord[], statuses: readonly SeenStatus[]): PoisonViolation[] {
  const byDeployment = groupBy(statuses, keyOf);
  const owners = sent.filter(({ fate }) => hasStatuses(fate));
  const violations = owners.flatMap((record) =>
    judgeOwnStatuses(record, byDeployment.get(keyOf(record)) ?? []),
  );
  const owned = new Set(owners.map(keyOf));
  const ghosts = [...byDeployment].flatMap(([key, [status]]) =>
    owned.has(key)
      ? []
      : [{ rule: 'ghost' as const, what: `${key} is ${status?.state}, and must have no status` }],
  );
  return [...violations, ...ghosts];
}

function judgeOwnStatuses(record: SentRecord, statuses: readonly SeenStatus[]): PoisonViolation[] {
  const violation = (rule: PoisonRule, what: string): PoisonViolation => ({ rule, what, record });
  const terminals = statuses.filter(({ state }) => isTerminalState(state));
  const contents = new Set(statuses.map(({ routerId, softwareVersion }) => `${routerId} ${softwareVersion}`));
  const always = [
    ...(new Set(terminals.map(({ eventId }) => eventId)).size > 1
      ? [violation('two terminals', terminals.map(({ state }) => state).join(', '))]
      : []),
    ...(contents.size > 1
      ? [violation('status not as it must be', `it is for ${[...contents].join(' and ')}`)]
      : []),
  ];
  return [
    ...always,
    ...judgeEnd(record.fate, statuses, terminals).map(([rule, what]) => violation(rule, what)),
  ];
}

function judgeEnd(
  fate: Fate,
  statuses: readonly SeenStatus[],
  terminals: readonly SeenStatus[],
): (readonly [PoisonRule, string])[] {
  const must = (state: string, code: string): (readonly [PoisonRule, string])[] => {
    if (terminals.length === 0) return [['status missing', `no ${state}`]];
    const wrong = terminals.filter((one) => one.state !== state || one.code !== code);
    return wrong.map((one) => ['status not as it must be', `${one.state}/${one.code}, not ${state}/${code}`]);
  };
  switch (fate.kind) {
    case 'taken':
      return must('SUCCEEDED', 'UPGRADED');
    case 'rejected':
    case 'turned away':
      return must('REJECTED', fate.code);
    case 'waits': {
      if (terminals.length > 0) return [['status not as it must be', `it has ended: ${terminals[0]?.state}`]];
      const waits = statuses.some(({ state, code }) => state === 'QUEUED' && code === fate.code);
      return waits ? [] : [['status missing', `no QUEUED/${fate.code}`]];
    }
    case 'dead letter alone':
    case 'repeated':
      return [];
  }
}

function judgeCanaries(sent: readonly SentRecord[], statuses: readonly SeenStatus[]): PoisonViolation[] {
  const owners = new Map(sent.map(({ canary, tenantId }) => [canary, tenantId]));
  return statuses.flatMap(({ tenantId, offset, canaries }) =>
    canaries
      .filter((canary) => owners.get(canary) !== tenantId)
      .map((canary) => ({
        rule: 'canary of another tenant' as const,
        what: `${canary} of ${owners.get(canary) ?? 'nobody'} in the status ${offset} of ${tenantId}`,
      })),
  );
}
