import { namesAnother } from '../named-platform.js';
import { partHealth, type PartStanding } from '../part-health.js';
import { type PlatformEnvironment } from '../platform-access.js';
import { presentUp } from '../present-up.js';
import { type Repository } from '../repository.js';
import { type UpPart } from '../up-state.js';

/** A service that runs for this clone, and what it says of itself. */
export type ServiceFact = UpPart & PartStanding;

/** Those of the platform of this clone; none where nothing is up, or where the environment names another platform. */
export async function serviceFacts(repository: Repository, env: PlatformEnvironment): Promise<ServiceFact[]> {
  const up = await presentUp(repository);
  if (up?.phase !== 'running' || (await namesAnother(repository, env))) return [];
  const services = up.parts.filter(({ kind }) => kind === 'service');
  return Promise.all(services.map(async (part) => ({ ...part, ...(await partHealth(part)) })));
}
