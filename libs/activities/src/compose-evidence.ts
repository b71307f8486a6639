import { parseTraceParent } from '@vecino/foundation';
import type { DeviceSnapshot } from '@vecino/upgrade';
import type { Baseline, DeploymentReport } from '@vecino/workflows';
import { callsOf } from './evidence-calls.js';
import { evidenceSchema, type EvidenceDocument } from './evidence-document.js';
import type { CallEntry, EvidenceEntry, Finding } from './evidence-store.js';

/**
 * The document: what the deployment knows of itself, and what its steps logged. Equal for equal arguments. What its steps
 * found is taken from the `earlier` document where it is not in the log any more.
 */
export function composeEvidence(
  report: DeploymentReport,
  entries: readonly EvidenceEntry[],
  earlier?: EvidenceDocument,
): EvidenceDocument {
  const { outcome, postcheck, rollback } = report;
  const { traceparent: _, ...target } = report.target;
  const { before, compared } = findingsIn(entries);
  const document = {
    schemaVersion: 1,
    ...target,
    workflowId: report.workflowId,
    runId: report.runId,
    traceId: parseTraceParent(report.traceparent)?.traceId,
    requestedAt: time(report.requestedAt),
    requestedBy: report.requestedBy,
    startedAt: time(report.startedAt),
    endedAt: time(report.endedAt),
    outcome: { state: outcome.state, reason: outcome.reason, details: outcome.details },
    image: report.image,
    policy: report.policy,
    baseline: report.baseline && baselineOf(report.baseline),
    postcheck: postcheck && {
      kind: postcheck.kind,
      changes: postcheck.changes.count,
      faults: postcheck.faults.count,
      waived: postcheck.waived.count,
      text: postcheck.text,
    },
    before: before ? snapshotOf(before.snapshot) : earlier?.before,
    after: compared ? snapshotOf(compared.after) : earlier?.after,
    diff: compared ? compared.changes : earlier?.diff,
    faults: compared ? compared.faults : earlier?.faults,
    waived: compared ? compared.waived : earlier?.waived,
    phases: phasesOf(report),
    rebootSentAt: time(report.rebootSentAt),
    rollback: rollback && {
      baseline: baselineOf(rollback.baseline),
      rebootSentAt: time(rollback.rebootSentAt),
    },
    commands: report.commands.map(({ at, ...command }) => ({ ...command, at: time(at) })),
    calls: callsOf(entries.filter(isCall)),
  };
  return evidenceSchema.parse(inSnakeCase(document));
}

const isCall = (entry: EvidenceEntry): entry is CallEntry => 'call' in entry;

interface Findings {
  before?: Extract<Finding, { event: 'before' }>;
  compared?: Extract<Finding, { event: 'compared' }>;
}

function findingsIn(entries: readonly EvidenceEntry[]): Findings {
  const findings: Findings = {};
  for (const entry of entries) {
    if (entry.event === 'before') findings.before = entry;
    if (entry.event === 'compared') findings.compared = entry;
  }
  return findings;
}

function phasesOf({ phases, endedAt }: DeploymentReport): readonly object[] {
  return phases.map(({ state, at }, index) => {
    const until = phases[index + 1]?.at ?? endedAt;
    return { state, at: time(at), ms: Math.max(0, until - at) };
  });
}

const baselineOf = (baseline: Baseline) => ({ ...baseline, takenAt: time(baseline.takenAt) });
const snapshotOf = (snapshot: DeviceSnapshot) => ({ ...snapshot, takenAt: time(snapshot.takenAt) });

const time = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

/** Names of members as all our formats have them; what is undefined is left out. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [snakeCase(name), inSnakeCase(member)]),
  );
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
