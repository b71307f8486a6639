import { type Command } from 'commander';
import { guideOf } from './command-guide.js';

/** Stands for the keys of a document that is described elsewhere. */
const ELSEWHERE = '…';

/** Keys that a command printed with `--output json` and that its guide, and so docs/cli.md, does not have. */
export function undocumentedKeys(command: Command, output: unknown): string[] {
  const prints = guideOf(command)?.prints;
  if (prints === undefined || ELSEWHERE in prints.keys) return [];
  if (isFault(output)) return [];
  const items: readonly unknown[] = Array.isArray(output) ? output : [output];
  const keys = items.flatMap((item) => (typeof item === 'object' && item !== null ? Object.keys(item) : []));
  return [...new Set(keys)].filter((key) => !(key in prints.keys));
}

const isFault = (output: unknown): boolean =>
  typeof output === 'object' && output !== null && ('refused' in output || 'failed' in output);
