import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { type ReceivedSpan } from '@vecino/testing/otlp-receiver';
import { parse } from 'yaml';

/** One rule of the collector's tail sampling, as far as our configuration uses them. */
export type Policy = { readonly name: string } & (
  | { readonly type: 'string_attribute'; readonly string_attribute: StringAttribute }
  | { readonly type: 'and'; readonly and: { readonly and_sub_policy: readonly Policy[] } }
  | { readonly type: 'ottl_condition'; readonly ottl_condition: { readonly span: readonly string[] } }
  | { readonly type: 'latency'; readonly latency: { readonly threshold_ms: string } }
  | { readonly type: 'probabilistic' }
);

interface StringAttribute {
  readonly key: string;
  readonly values: readonly string[];
  readonly enabled_regex_matching?: boolean;
  readonly invert_match?: boolean;
}

/** Those of `deploy/otel-collector/collector.yaml`. */
export function collectorPolicies(): readonly Policy[] {
  const text = readFileSync(join(thisRepository().root, 'deploy/otel-collector/collector.yaml'), 'utf8');
  const { processors } = parse(text) as {
    processors: { tail_sampling: { policies: readonly Policy[] } };
  };
  return processors.tail_sampling.policies;
}

/**
 * Names of the policies by which the collector keeps a trace of which it has these spans when it decides; a share of the rest is
 * no reason. Written after version 0.145 of its tail sampling processor.
 */
export const keptBy = (policies: readonly Policy[], spans: readonly ReceivedSpan[]): readonly string[] =>
  policies
    .filter((policy) => policy.type !== 'probabilistic' && holds(policy, spans))
    .map(({ name }) => name);

function holds(policy: Policy, spans: readonly ReceivedSpan[]): boolean {
  switch (policy.type) {
    case 'string_attribute':
      return hasAttribute(policy.string_attribute, spans);
    case 'and':
      return policy.and.and_sub_policy.every((one) => holds(one, spans));
    case 'ottl_condition':
      return policy.ottl_condition.span.some((condition) => spans.some(conditionOf(condition)));
    case 'latency':
      return lengthOf(spans) > thresholdOf(policy.latency.threshold_ms);
    case 'probabilistic':
      return false;
  }
}

function hasAttribute(rule: StringAttribute, spans: readonly ReceivedSpan[]): boolean {
  const { key, values, enabled_regex_matching = false, invert_match = false } = rule;
  const fits = (value: unknown) =>
    typeof value === 'string' &&
    (enabled_regex_matching
      ? values.some((pattern) => new RegExp(pattern).test(value))
      : values.includes(value));
  return spans.some(({ attributes }) => fits(attributes[key])) !== invert_match;
}

/** The conditions in use: whoever writes another one says here what it means. */
function conditionOf(condition: string): (span: ReceivedSpan) => boolean {
  if (condition === 'status.code == STATUS_CODE_ERROR and kind != SPAN_KIND_CLIENT')
    return ({ failure, kind }) => failure !== undefined && kind !== 'client';
  throw new Error(`nobody knows here what the collector makes of "${condition}"`);
}

const lengthOf = (spans: readonly ReceivedSpan[]): number =>
  Math.max(...spans.map(({ endedAt }) => endedAt)) - Math.min(...spans.map(({ startedAt }) => startedAt));

/** The default of the variable in its place. */
const thresholdOf = (text: string): number => Number(/:-(\d+)\}$/.exec(text)?.[1]);
