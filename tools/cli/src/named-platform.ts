import { askServers, type ServerFact } from './doctor/server-facts.js';
import { type PartStanding } from './part-health.js';
import { type PlatformEnvironment } from './platform-access.js';
import { presentUp } from './present-up.js';
import { type Repository } from './repository.js';
import { type UpPart } from './up-state.js';

/** Whether the environment names a platform that is not the one that `up` started, or failed to start, for this clone. */
export async function namesAnother(
  repository: Repository,
  env: PlatformEnvironment = process.env,
): Promise<boolean> {
  const named = env['KAFKA_BROKERS'];
  if (!named) return false;
  const own = await presentUp(repository);
  return own?.env['KAFKA_BROKERS'] !== named;
}

/** The servers that the environment names, each asked with all its credentials. What else runs there, nobody here knows. */
export async function namedParts(env: PlatformEnvironment): Promise<(UpPart & PartStanding)[]> {
  const servers = await askServers(env);
  return servers.map((server): UpPart & PartStanding => ({
    name: server.name.toLowerCase(),
    kind: 'server',
    origin: 'environment',
    address: server.address,
    restarts: 0,
    ...standingOf(server),
  }));
}

const standingOf = ({ fault }: ServerFact): PartStanding =>
  fault === undefined ? { health: 'answers' } : { health: 'silent', why: fault };
