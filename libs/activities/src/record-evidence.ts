import type { DeploymentReport } from '@vecino/workflows';
import { composeEvidence } from './compose-evidence.js';
import type { StepSession } from './device-session.js';

/** Writes down what a deployment did and what its router said, for those who ask later. */
export async function recordEvidence(
  { evidence, log, target }: StepSession,
  report: DeploymentReport,
): Promise<{ readonly reference: string }> {
  const reference = await evidence.write(target, (entries, earlier) =>
    composeEvidence(report, entries, earlier),
  );
  log.info({ evidence: reference }, 'evidence written');
  return { reference };
}
