import type { ReasonCode } from '@vecino/foundation';

/** What must become of a record. */
export type Fate =
  /** It runs, and its tenant hears of one success. No dead letter. */
  | { readonly kind: 'taken' }
  /** Its tenant hears that it waits, with this reason. No dead letter. */
  | { readonly kind: 'waits'; readonly code: ReasonCode }
  /** Its tenant hears `REJECTED`, and the record is a dead letter, both with this code. */
  | { readonly kind: 'rejected'; readonly code: ReasonCode }
  /** Its tenant hears `REJECTED`. The record itself is not at fault: no dead letter. */
  | { readonly kind: 'turned away'; readonly code: ReasonCode }
  /** A dead letter with this code, and no status. */
  | { readonly kind: 'dead letter alone'; readonly code: ReasonCode }
  /** What became of the first request of this id is said again, or nothing; nothing runs, and there is no dead letter. */
  | { readonly kind: 'repeated' };

export const TAKEN: Fate = { kind: 'taken' };
export const REPEATED: Fate = { kind: 'repeated' };
export const rejected = (code: ReasonCode): Fate => ({ kind: 'rejected', code });
export const deadLetterAlone = (code: ReasonCode): Fate => ({ kind: 'dead letter alone', code });

/** The code of the dead letter; undefined where there must be none. */
export function letterCodeOf(fate: Fate): ReasonCode | undefined {
  switch (fate.kind) {
    case 'rejected':
    case 'dead letter alone':
      return fate.code;
    case 'taken':
    case 'waits':
    case 'turned away':
    case 'repeated':
      return undefined;
  }
}

/** As the documentation says it. */
export function fateText(fate: Fate): string {
  switch (fate.kind) {
    case 'taken':
    case 'repeated':
      return fate.kind;
    case 'waits':
      return `taken, waits: \`${fate.code}\``;
    case 'rejected':
      return `rejected and dead letter: \`${fate.code}\``;
    case 'turned away':
      return `rejected, no dead letter: \`${fate.code}\``;
    case 'dead letter alone':
      return `dead letter alone: \`${fate.code}\``;
  }
}
