import { execFileSync } from 'node:child_process';
import { type Evidence, figuresOf, type Violation } from '@vecino/audit';
import { markdownTable } from '@vecino/path-tests';
import { type Campaign } from './campaign.js';
import { FAULTS } from './faults.js';

/** What a run did and what was found; as `--json` writes it. */
export interface ChaosReport {
  readonly seed: string;
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly minutes: number;
  readonly rate: number;
  /** Requests on the topic that ask a tenant that there is for an upgrade. */
  readonly accepted: number;
  readonly faults: readonly ReportedFault[];
  readonly skipped: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];
  /** Why the run shows too little, where it does: then it has failed. */
  readonly too_little: readonly string[];
  readonly figures: ReturnType<typeof figuresOf>;
}

export interface ReportedFault {
  readonly kind: string;
  /** ISO 8601. */
  readonly at: string;
  readonly lasted_ms: number;
  readonly effective: boolean;
  readonly effect: string;
}

export interface Found {
  readonly evidence: Evidence;
  readonly campaign: Campaign;
  readonly violations: readonly Violation[];
  readonly tooLittle: readonly string[];
}

export function reportOf(
  { seed, minutes, rate }: { seed: string; minutes: number; rate: number },
  { evidence, campaign, violations, tooLittle }: Found,
): ChaosReport {
  return {
    seed,
    date: new Date().toISOString(),
    commit: COMMIT,
    node: process.version,
    minutes,
    rate,
    accepted: evidence.requests.filter(({ fates }) => fates.includes('taken')).length,
    faults: campaign.trials.map(({ kind, from, to, effect, error }) => ({
      kind,
      at: new Date(from).toISOString(),
      lasted_ms: to - from,
      effective: effect !== undefined,
      effect: effect ?? error ?? 'none',
    })),
    skipped: Object.fromEntries(campaign.skipped),
    violations,
    too_little: tooLittle,
    figures: figuresOf(evidence),
  };
}

function commitOfSources(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** At the start: somebody may commit meanwhile. */
const COMMIT = commitOfSources();

const RECORDS_SHOWN = 20;

export function markdownOf(report: ChaosReport): string {
  const { figures, faults, violations } = report;
  const kinds = new Set(faults.map(({ kind }) => kind));
  const felt = faults.filter(({ effective }) => effective);
  return [
    `# Chaos, seed ${report.seed}`,
    `Commit ${report.commit}, Node ${report.node}, ${report.date}, ${report.minutes} min at a rate of ${report.rate}.`,
    `${report.accepted} requests accepted; ${felt.length} of ${faults.length} faults had an effect, of ${kinds.size} kinds; ${violations.length} violations.`,
    ...(report.too_little.length > 0
      ? ['## It shows too little', ...report.too_little.map((one) => `- ${one}`)]
      : []),
    ...Object.entries(report.skipped).map(([kind, reason]) => `- **Skipped: ${kind}**: ${reason}`),
    '## Violations',
    violations.length === 0 ? 'None.' : violations.map(violationText).join('\n\n'),
    '## Tenants',
    markdownTable(
      figures.tenants.map(({ ends, ...row }) => ({
        ...row,
        ends: Object.entries(ends)
          .map(([code, count]) => `${code} ${count}`)
          .join(', '),
      })),
    ),
    '## Faults',
    markdownTable(faults.map(({ kind, at, lasted_ms, effect }) => ({ kind, at, lasted_ms, effect }))),
    ...[...kinds].map((kind) => `- \`${kind}\`: ${FAULTS[kind as keyof typeof FAULTS].summary}`),
    '',
  ].join('\n\n');
}

const violationText = ({ invariant, subject, text, records }: Violation): string =>
  [
    `- **${invariant}** ${subject}: ${text}`,
    ...records.slice(0, RECORDS_SHOWN).map((record) => `  - \`${JSON.stringify(record)}\``),
  ].join('\n');

/** A few lines for whoever waits at a terminal. */
export function summaryOf({ seed, accepted, faults, violations, too_little }: ChaosReport): string {
  const felt = faults.filter(({ effective }) => effective);
  return [
    `seed ${seed}: ${accepted} accepted, ${felt.length} of ${faults.length} faults with an effect, ${violations.length} violations`,
    ...violations
      .slice(0, RECORDS_SHOWN)
      .map(({ invariant, subject, text }) => `✗ ${invariant} ${subject}: ${text}`),
    ...too_little.map((one) => `✗ ${one}`),
  ].join('\n');
}
