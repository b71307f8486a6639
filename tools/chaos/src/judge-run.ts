import { audit, tooLittle } from '@vecino/audit';
import { barOf } from './bar.js';
import { tooSlow } from './campaign.js';
import { collectEvidence, PROMPT_MS } from './collect-evidence.js';
import { type ChaosReport, reportOf } from './report.js';
import { type ChaosOptions, type Ended } from './run-chaos.js';
import { crashViolation } from './service-keeper.js';

/** What a run that is over shows. */
export async function judgeRun(options: ChaosOptions, ended: Ended): Promise<ChaosReport> {
  const { trials } = ended.campaign;
  const evidence = await collectEvidence({ ...ended, trials, promptMs: options.promptMs ?? PROMPT_MS });
  return reportOf(options, {
    evidence,
    campaign: ended.campaign,
    violations: [...audit(evidence), ...trials.flatMap(tooSlow), ...ended.crashes.map(crashViolation)],
    tooLittle: tooLittle(evidence, barOf({ ...options, kinds: trials.map(({ kind }) => kind) })),
  });
}
