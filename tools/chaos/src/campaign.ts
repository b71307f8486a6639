import { setTimeout as sleep } from 'node:timers/promises';
import { type Violation } from '@vecino/audit';
import { errorText } from '@vecino/foundation';
import { type Choices, seededChoices } from '@vecino/path-tests';
import { type FaultKind, type Struck } from './fault.js';
import { FAULTS } from './faults.js';
import { type Ground } from './ground.js';

/** A fault that was tried. */
export interface Trial extends Struck {
  readonly kind: FaultKind;
  readonly concerns: readonly string[];
  /** Why it could not be done. */
  readonly error?: string;
}

export interface Campaign {
  readonly trials: readonly Trial[];
  /** Kinds that cannot be done here, each with the reason. */
  readonly skipped: ReadonlyMap<FaultKind, string>;
}

const REST_MS = 1_000;
const REST_OVER_MS = 4_000;

export interface Breaking {
  /** Of the order in each lane, whatever else is chosen meanwhile. */
  readonly seed: string;
  readonly forMs: number;
  /** So many faults are under way at once: each kind is tried in one lane only, so that no two strike the same kind of thing. */
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly told: (trial: Trial) => void;
}

/** In each lane faults one after the other, each kind in each turn, in an order of its own, until the time is over. */
export async function breakFor(
  ground: Ground,
  kinds: readonly FaultKind[],
  { seed, forMs, lanes, signal, told }: Breaking,
): Promise<Campaign> {
  const skipped = new Map<FaultKind, string>();
  for (const kind of kinds) {
    const reason = FAULTS[kind].missing?.(ground);
    if (reason !== undefined) skipped.set(kind, reason);
  }
  const possible = kinds.filter((kind) => !skipped.has(kind));
  const trials: Trial[] = [];
  const until = Date.now() + forMs;
  const breakLane = async (own: readonly FaultKind[], lane: number): Promise<void> => {
    for (const kind of inTurns(seededChoices(`${seed} lane ${lane}`), own)) {
      if (Date.now() >= until || signal.aborted) break;
      const trial = await tryFault(ground, kind);
      trials.push(trial);
      told(trial);
      await sleep(REST_MS + ground.choices.below(REST_OVER_MS));
    }
  };
  await Promise.all(lanesOf(possible, lanes).map(breakLane));
  return { trials: trials.sort((one, other) => one.from - other.from), skipped };
}

/** The kinds dealt out like cards. */
const lanesOf = (kinds: readonly FaultKind[], lanes: number): FaultKind[][] =>
  Array.from({ length: lanes }, (_, lane) => kinds.filter((_kind, index) => index % lanes === lane));

async function tryFault(ground: Ground, kind: FaultKind): Promise<Trial> {
  const fault = FAULTS[kind];
  const concerns = fault.concerns(ground.platform.tenants);
  const from = Date.now();
  try {
    return { kind, concerns, ...(await fault.strike(ground)) };
  } catch (error) {
    const text = errorText(error);
    return { kind, concerns, from, to: Date.now(), effect: undefined, error: text };
  }
}

function* inTurns(choices: Choices, kinds: readonly FaultKind[]): Generator<FaultKind> {
  while (kinds.length > 0) yield* choices.shuffled(kinds);
}

/** What did not recover in time. */
export const tooSlow = (trial: Trial): Violation[] =>
  trial.complaint === undefined
    ? []
    : [{ invariant: 'I13', subject: trial.kind, text: trial.complaint, records: [trial] }];
