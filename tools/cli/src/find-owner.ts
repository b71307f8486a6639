import { VecinoError } from '@vecino/foundation';
import { type Registry } from '@vecino/tenancy';
import { type CliErrorCode } from './cli-errors.js';
import { type GateAnswer } from './ask-gates.js';
import { type PlatformEnvironment } from './platform-access.js';
import { refusal } from './refusal.js';
import { tenantsToAsk } from './tenants-to-ask.js';

/**
 * The tenant whose deployment it is: the one that is named, or the one whose gate knows it.
 * @throws Refusal UNKNOWN_TENANT, UNKNOWN_DEPLOYMENT, AMBIGUOUS_DEPLOYMENT; VecinoError GATES_SILENT
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

/** @throws as `findOwner`, where not exactly one gate knows it */
export function ownerOf(answers: readonly GateAnswer[], deploymentId: string): string {
  const [owner, other] = answers.filter(isKnown);
  if (owner !== undefined && other === undefined) return owner.tenantId;
  throw notOne(answers, deploymentId);
}

export const isKnown = (answer: GateAnswer): boolean =>
  'explanation' in answer && answer.explanation.state !== 'unknown';

/** Why no one owner is found. A gate that does not answer may know the deployment: then nobody can say that it is unknown. */
export function notOne(answers: readonly GateAnswer[], deploymentId: string): Error {
  const owners = answers.filter(isKnown).map(({ tenantId }) => tenantId);
  if (owners.length > 0)
    return refusal(
      'AMBIGUOUS_DEPLOYMENT',
      `${owners.join(' and ')} have a deployment ${deploymentId} each`,
      'say whose is meant with --tenant',
    );
  const silent = answers.filter((answer) => 'silence' in answer).map(({ tenantId }) => tenantId);
  if (silent.length > 0)
    return new VecinoError<CliErrorCode>(
      'GATES_SILENT',
      `no gate knows deployment ${deploymentId}, and no answer came from the gates of ${silent.join(', ')}`,
      { disposition: 'retry' },
    );
  const readTopic =
    answers.length === 1
      ? './vecino watch --from-beginning shows what lies on the status topics'
      : `./vecino explain ${deploymentId} --tenant TENANT reads the status topic of one tenant`;
  return refusal(
    'UNKNOWN_DEPLOYMENT',
    `no gate knows deployment ${deploymentId}: it was never taken in, or ended long ago`,
    `${readTopic}; ./vecino dlq list shows what was refused`,
  );
}
