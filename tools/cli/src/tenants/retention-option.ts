import { InvalidArgumentError, Option } from 'commander';
import { durationArgument } from '../duration.js';

const DAY_MS = 24 * 60 * 60_000;

/** `--retention 72h` of the Temporal namespace that a tenant on the route `namespace` gets. */
export const retentionOption = (): Option =>
  new Option(
    '--retention <time>',
    'how long Temporal keeps its closed deployments, on the route namespace; 24h at least, 72h unless said',
  ).argParser((text: string) => {
    const ms = durationArgument(text);
    if (ms >= DAY_MS) return ms;
    throw new InvalidArgumentError('Temporal keeps closed workflows for 24h at least.');
  });
