import { type LabelName, prometheusLabel } from '@vecino/telemetry';
import type { Duration, Timing } from './timing.js';

/** `page`: somebody gets up for it, now. `ticket`: somebody looks at it on the next working day. */
export const SEVERITIES = ['page', 'ticket'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A page below docs/runbooks, and a heading on it. */
export type Runbook = `${string}.md` | `${string}.md#${string}`;

/** An alert as it is written; `ruleOf` makes Prometheus's rule of it. */
export interface Alert {
  readonly name: `Vecino${string}`;
  readonly severity: Severity;
  /** How long it must be so without a break before it fires; at once where it is left out. */
  readonly for?: Duration;
  /** How long it goes on firing when it is no longer so; not at all where it is left out. */
  readonly keepFiringFor?: Duration;
  readonly expression: (timing: Timing) => string;
  /** One sentence, in Prometheus's template language: who has what. */
  readonly summary: string;
  /** What it means for them, and the next command, in the same language. */
  readonly description: string;
  readonly runbook: Runbook;
  /** For docs/alerts.md. */
  readonly meaning: string;
}

export interface Recording {
  readonly record: `vecino:${string}`;
  readonly labels: Readonly<Record<string, string>>;
  readonly expression: (timing: Timing) => string;
}

/** Rules that are evaluated one after the other, in this order. */
export interface RuleGroup {
  readonly name: string;
  /** Prometheus's own where it is left out. */
  readonly interval?: Duration;
  readonly recordings?: readonly Recording[];
  readonly alerts: readonly Alert[];
}

/** A label of the alert, in Prometheus's template language. */
export const labelled = (name: LabelName): string => `{{ $labels.${prometheusLabel(name)} }}`;

/** How templates name the tenant that an alert is about. */
export const TENANT = labelled('vecino.tenant.id');
