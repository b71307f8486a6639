import { VecinoError } from '@vecino/foundation';
import { type Registry } from '@vecino/tenancy';
import { type GateAnswer } from './ask-gates.js';
import { type PlatformEnvironment } from './platform-access.js';
import { tenantsToAsk } from './tenants-to-ask.js';

/**
 * The tenant whose deployment it is: the one that is named, or the one whose gate knows it.
 * @throws Refusal UNKNOWN_TENANT, VecinoError UNKNOWN_DEPLOYMENT
 */
export async function findOwner(
  env: PlatformEnvironment,
  registry: Registry,
  deploymentId: string,
  named: string | undefined,
): Promise<string> {
  const tenants = tenantsToAsk(registry, named);
  if (named !== undefined) return named;
  // Temporal's client takes half a second to load, which no other command should wait for.
  const { askGates } = await import('./ask-gates.js');
  return ownerOf(await askGates(env, tenants, deploymentId), deploymentId);
}

/** @throws VecinoError UNKNOWN_DEPLOYMENT where not exactly one gate knows it */
export function ownerOf(answers: readonly GateAnswer[], deploymentId: string): string {
  const owners = answers.filter(isKnown).map(({ tenantId }) => tenantId);
  const [owner, other] = owners;
  if (owner !== undefined && other === undefined) return owner;
  throw new VecinoError('UNKNOWN_DEPLOYMENT', whyNot(answers, owners, deploymentId), {
    disposition: 'terminal',
  });
}

export const isKnown = (answer: GateAnswer): boolean =>
  'explanation' in answer && answer.explanation.state !== 'unknown';

function whyNot(answers: readonly GateAnswer[], owners: readonly string[], deploymentId: string): string {
  if (owners.length > 0)
    return `${owners.join(' and ')} have a deployment ${deploymentId} each: say whose is meant with --tenant`;
  const silent = answers.filter((answer) => 'silence' in answer).map(({ tenantId }) => tenantId);
  const unheard = silent.length === 0 ? '' : `; no answer came from the gates of ${silent.join(', ')}`;
  return `no gate knows deployment ${deploymentId}: it was never taken in, or ended long ago${unheard}`;
}
