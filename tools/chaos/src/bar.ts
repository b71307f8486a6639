import { type Bar, type InvariantId } from '@vecino/audit';
import { type ChaosOptions } from './run-chaos.js';

/** Requests that a minute at a rate of 1 must at least have brought, and upgrades. */
const ACCEPTED_PER_MINUTE = 60;
const UPGRADED_PER_MINUTE = 4;

/** What a run of so many minutes must have done for its silence to mean anything. */
export function barOf({ minutes, rate, kinds }: Pick<ChaosOptions, 'minutes' | 'rate' | 'kinds'>): Bar {
  const without: InvariantId[] = [];
  if (!kinds.some((kind) => kind === 'poison' || kind === 'dead-letters-away')) without.push('I11');
  if (!kinds.includes('dead-letters-away')) without.push('I12');
  return {
    accepted: Math.floor(minutes * Math.min(1, rate) * ACCEPTED_PER_MINUTE),
    upgraded: Math.floor(minutes * Math.min(1, rate) * UPGRADED_PER_MINUTE),
    without,
  };
}
