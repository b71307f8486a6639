import type { DeviceSnapshot } from '@vecino/upgrade';
import type { Baseline, DeploymentReport } from '@vecino/workflows';
import { callsOf } from './evidence-calls.js';
import { evidenceSchema, type EvidenceDocument } from './evidence-document.js';
import type { CallEntry } from './evidence-store.js';

/** The document: what the deployment knows of itself, and the calls that were logged. Equal for equal arguments. */
export function composeEvidence(report: DeploymentReport, entries: readonly CallEntry[]): EvidenceDocument {
  const { target, outcome, postcheck, rollback } = report;
  const document = {
    schemaVersion: 1,
    ...target,
    workflowId: report.workflowId,
    runId: report.runId,
    traceId: traceIdOf(report.traceparent),
    requestedAt: time(report.requestedAt),
    requestedBy: report.requestedBy,
    startedAt: time(report.startedAt),
    endedAt: time(report.endedAt),
    outcome: { state: outcome.state, reason: outcome.reason, details: outcome.details },
    image: report.image,
    policy: report.policy,
    baseline: report.baseline && baselineOf(report.baseline),
    before: report.before && snapshotOf(report.before),
    after: postcheck && snapshotOf(postcheck.after),
    diff: postcheck?.changes,
    faults: postcheck?.faults,
    waived: postcheck?.waived,
    phases: phasesOf(report),
    rebootSentAt: time(report.rebootSentAt),
    rollback: rollback && {
      baseline: baselineOf(rollback.baseline),
      rebootSentAt: time(rollback.rebootSentAt),
    },
    commands: report.commands.map(({ at, ...command }) => ({ ...command, at: time(at) })),
    calls: callsOf(entries),
  };
  return evidenceSchema.parse(inSnakeCase(document));
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

/** https://www.w3.org/TR/trace-context/#traceparent-header: version, trace id, parent id, flags. */
const traceIdOf = (traceparent = ''): string | undefined =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent)?.[1];

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
