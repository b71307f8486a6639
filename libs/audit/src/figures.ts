import { groupBy } from '@vecino/foundation';
import { type Deployment, openCase } from './case-file.js';
import type { Evidence } from './evidence/evidence.js';
import { mostInForce } from './evidence/live-limit.js';
import { changesByTenant, slotsOf } from './invariants/cap-held.js';
import { mostGranted } from './invariants/intake-held.js';
import { mostAtOnce } from './spans.js';
import { turnsOf } from './turns.js';

/** How long answers took, from when the request was sent to its terminal on the topic; undefined where there is none. */
export interface Latencies {
  readonly median_ms: number | undefined;
  readonly p95_ms: number | undefined;
  readonly longest_ms: number | undefined;
}

/** What a tenant asked for and got. */
export interface TenantFigures extends Latencies {
  readonly tenant: string;
  readonly sent: number;
  readonly accepted: number;
  readonly ended: number;
  /** How often each reason was given. */
  readonly ends: Readonly<Record<string, number>>;
  readonly workflows: number;
  /** The highest that it was. */
  readonly cap: number;
  readonly most_running: number;
  readonly most_under_change: number;
  readonly intake_limit: number;
  readonly most_in_a_window: number;
  /** Of what was neither asked for nor answered while anything was broken. */
  readonly longest_undisturbed_ms: number | undefined;
}

/** What was broken, and how long tenants that were promised a prompt answer waited for what they asked meanwhile. */
export interface DisturbanceFigures {
  readonly fault: string;
  readonly effective: boolean;
  readonly lasted_ms: number;
  readonly ended_meanwhile: number;
  readonly longest_unconcerned_ms: number | undefined;
  readonly longest_concerned_ms: number | undefined;
}

export interface Figures {
  readonly tenants: readonly TenantFigures[];
  readonly disturbances: readonly DisturbanceFigures[];
}

interface Answer {
  readonly tenantId: string;
  readonly from: number;
  readonly to: number;
}

/** Pure. */
export function figuresOf(evidence: Evidence): Figures {
  const file = openCase(evidence);
  const sentAt = new Map(evidence.ledger.map((entry) => [entry.digest, entry.sentAt]));
  const answers = [...file.deployments.values()].flatMap(({ tenantId, asked, terminals: [end] }): Answer[] =>
    end === undefined
      ? []
      : [{ tenantId, from: sentAt.get(asked.digest) ?? asked.timestamp, to: end.timestamp }],
  );
  const prompt = new Set(
    evidence.tenants.filter(({ promptMs }) => promptMs !== undefined).map(({ tenantId }) => tenantId),
  );
  const isDisturbed = (answer: Answer) =>
    evidence.disturbances.some(({ from, to }) => answer.from <= to && from <= answer.to);
  const turns = turnsOf(file);
  const changes = changesByTenant(file, turns);
  const runs = groupBy([...turns.values()].flat(), ({ deployment }) => deployment.tenantId);
  return {
    tenants: evidence.tenants.map(({ tenantId, cap, intake }) => {
      const own = [...file.deployments.values()].filter((deployment) => deployment.tenantId === tenantId);
      const ofTenant = <T extends { readonly tenantId: string }>(all: readonly T[]) =>
        all.filter((one) => one.tenantId === tenantId);
      const mine = ofTenant(answers);
      return {
        tenant: tenantId,
        sent: ofTenant(evidence.ledger).length,
        accepted: own.length,
        ended: mine.length,
        ends: countEnds(own),
        workflows: ofTenant(evidence.executions).length,
        cap: mostInForce(cap, -Infinity, Infinity),
        most_running: mostAtOnce(slotsOf(runs.get(tenantId) ?? [])),
        most_under_change: mostAtOnce(changes.get(tenantId) ?? []),
        intake_limit: mostInForce(intake, -Infinity, Infinity),
        most_in_a_window: mostGranted(ofTenant(evidence.grants), evidence.windowMs),
        ...latenciesOf(mine),
        longest_undisturbed_ms: longest(mine.filter((answer) => !isDisturbed(answer))),
      };
    }),
    disturbances: evidence.disturbances.map(({ what, from, to, concerns, effective }) => {
      const meanwhile = answers.filter(
        (answer) => prompt.has(answer.tenantId) && from <= answer.from && answer.from <= to,
      );
      const isConcerned = ({ tenantId }: Answer) => concerns.includes(tenantId);
      return {
        fault: what,
        effective,
        lasted_ms: to - from,
        ended_meanwhile: answers.filter((answer) => from <= answer.to && answer.to <= to).length,
        longest_unconcerned_ms: longest(meanwhile.filter((answer) => !isConcerned(answer))),
        longest_concerned_ms: longest(meanwhile.filter(isConcerned)),
      };
    }),
  };
}

const countEnds = (deployments: readonly Deployment[]): Record<string, number> =>
  Object.fromEntries(
    [...groupBy(deployments, ({ terminals: [end] }) => end?.status.reason?.code ?? 'none')].map(
      ([code, all]) => [code, all.length],
    ),
  );

const longest = (answers: readonly Answer[]): number | undefined => latenciesOf(answers).longest_ms;

function latenciesOf(answers: readonly Answer[]): Latencies {
  const sorted = answers.map(({ from, to }) => to - from).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { median_ms: at(0.5), p95_ms: at(0.95), longest_ms: sorted.at(-1) };
}
