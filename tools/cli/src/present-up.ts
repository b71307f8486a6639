import { isClaimed } from '@vecino/devstack';
import { upClaim } from './background.js';
import { isAlive } from './is-alive.js';
import { type Repository } from './repository.js';
import { readUpState, type UpState } from './up-state.js';

/** What `up` has left for this clone and still holds: a process that is there, or the word of one that failed. */
export async function presentUp(repository: Repository): Promise<UpState | undefined> {
  const state = readUpState(repository.stateDir);
  if (state === undefined || state.phase === 'failed') return state;
  // A killed process holds its claim for some seconds more.
  return isAlive(state.pid) && (await isClaimed(upClaim(repository))) ? state : undefined;
}
