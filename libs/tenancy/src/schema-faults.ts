import { type $ZodIssue } from 'zod/v4/core';
import { type FaultAt, type Path, pathText, type RegistryFault } from './registry-fault.js';

/** What the grammar holds against a value, in words for people. */
export function faultsOfIssue(issue: $ZodIssue): FaultAt[] {
  const at = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ at: [...at, key], reason: 'is not a known key' }));
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ at, reason: isMissing ? `is missing (expected ${issue.expected})` : issue.message }];
}

/** The same as faults of a tenant's entry; of the platform's own where `tenant` is empty. */
export const faultsOfEntry = (tenant: string, issues: readonly $ZodIssue[]): RegistryFault[] =>
  issues.flatMap(faultsOfIssue).map(({ at, reason }) => ({ tenant, key: pathText(at), reason }));
