import { type CaseFile, openCase } from './case-file.js';
import type { Evidence } from './evidence/evidence.js';
import { capHeld } from './invariants/cap-held.js';
import { commitsFollowEffects } from './invariants/commits-follow-effects.js';
import { followsMachine } from './invariants/follows-machine.js';
import { intakeHeld } from './invariants/intake-held.js';
import { neverHalfWay } from './invariants/never-half-way.js';
import { noGhost } from './invariants/no-ghost.js';
import { noLeak } from './invariants/no-leak.js';
import { nothingLost } from './invariants/nothing-lost.js';
import { oneMutator } from './invariants/one-mutator.js';
import { oneTerminal } from './invariants/one-terminal.js';
import { orderKept } from './invariants/order-kept.js';
import { partitionWaits } from './invariants/partition-waits.js';
import { poisonPasses } from './invariants/poison-passes.js';
import { progressMade } from './invariants/progress-made.js';
import { type InvariantId, INVARIANTS, type Judge, type Verdict, type Violation } from './violation.js';

const JUDGES: Readonly<Record<InvariantId, Judge>> = {
  I1: nothingLost,
  I2: oneTerminal,
  I3: followsMachine,
  I4: noGhost,
  I5: noLeak,
  I6: oneMutator,
  I7: orderKept,
  I8: capHeld,
  I9: intakeHeld,
  I10: commitsFollowEffects,
  I11: poisonPasses,
  I12: partitionWaits,
  I13: progressMade,
  I14: neverHalfWay,
};

/** Every breach of the invariants; of those that are named, where not all of the evidence is there. Pure. */
export function audit(
  evidence: Evidence,
  invariants: readonly InvariantId[] = INVARIANTS,
): readonly Violation[] {
  const file = openCase(evidence);
  return invariants.flatMap((invariant) =>
    verdictOf(invariant, file).findings.map((finding) => ({ invariant, ...finding })),
  );
}

export const verdictOf = (invariant: InvariantId, file: CaseFile): Verdict => JUDGES[invariant](file);
