import { type $ZodIssue } from 'zod/v4/core';
import { type FaultAt, type Path } from './registry-fault.js';

/** What the grammar holds against a value, in words for people. */
export function faultsOfIssue(issue: $ZodIssue): FaultAt[] {
  const at = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ at: [...at, key], reason: 'is not a known key' }));
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ at, reason: isMissing ? `is missing (expected ${issue.expected})` : issue.message }];
}
