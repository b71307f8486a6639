import { Option } from 'commander';

export type OutputFormat = 'text' | 'json';

/** `--output json` for machines. */
export const outputOption = (): Option =>
  new Option('-o, --output <format>').choices(['text', 'json']).default('text');
