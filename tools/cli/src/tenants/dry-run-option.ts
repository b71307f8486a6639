import { Option } from 'commander';

export const dryRunOption = (): Option =>
  new Option('--dry-run', 'show the difference and write nothing').default(false);
