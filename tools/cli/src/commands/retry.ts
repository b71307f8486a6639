import { busy } from '../busy.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { userInfo } from 'node:os';
import { invariant } from '@vecino/foundation';
import { tenantOf } from '@vecino/tenancy';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { findOwner } from '../find-owner.js';
import { type OutputFormat } from '../output-option.js';
import { PLACED_KEYS, placeRequest } from '../placed-request.js';
import { findPlatform } from '../platform-access.js';
import { registryOf } from '../platform-registry.js';
import { Refusal, refusal } from '../refusal.js';
import { whyNotRetry } from '../retry/may-retry.js';
import { draftRetry } from '../retry/retry-draft.js';

interface Options {
  readonly tenant?: string;
  readonly version?: string;
  readonly requestedBy?: string;
  readonly evenIfSucceeded: boolean;
  readonly wait: boolean;
  readonly output: OutputFormat;
}

export const registerRetry: RegisterCommand = (program, context) => {
  const command = program
    .command('retry')
    .argument('<deployment>', 'deployment id: of one that has ended')
    .description('ask for the same once more: a new deployment that names the old one')
    .option('--tenant <tenant>', 'whose it is; every tenant of the registry is asked otherwise')
    .option('--version <version>', 'another software version than the old one was to bring')
    .option('--requested-by <who>', 'for people; your login otherwise')
    .option('--even-if-succeeded', 'also where the old one succeeded', false)
    .option('--wait', 'follow it to its end', false)
    .action((deployment: string, options: Options) => retry(context, deployment, options));
  guide(command, {
    examples: [
      { run: 'retry 4711 --wait', does: 'as it was, with a new id, and follow it to its end' },
      { run: 'retry 4711 --version 2.1.0', does: 'with another version' },
    ],
    prints: { form: 'object', keys: PLACED_KEYS },
    reads: [...PLATFORM, 'links'],
    exits: {
      done: 'It is sent; with --wait: it succeeded.',
      failed: 'It is not sent; with --wait: it did not succeed.',
      refused: 'The old one has not ended, has succeeded, or nobody knows it.',
    },
  });
};

async function retry(context: CommandContext, deploymentId: string, options: Options): Promise<void> {
  const { repository } = context;
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const tenantId = await busy.while('asking whose it is', () =>
    findOwner(env, registry, deploymentId, options.tenant),
  );
  const tenant = tenantOf(registry, tenantId);
  invariant(tenant !== undefined, 'the owner is one of the registry');
  // Temporal's client takes half a second to load, which no other command should wait for.
  const { findPastDeployment } = await import('../retry/past-deployment.js');
  const past = await busy.while('looking how it ended', () => findPastDeployment(env, tenant, deploymentId));
  const refused = whyNotRetry(past, { deploymentId, tenantId, evenIfSucceeded: options.evenIfSucceeded });
  if (refused !== undefined) throw new Refusal([refused]);

  const { findOriginalRequest } = await import('../retry/original-request.js');
  const original = await busy.while('looking for what was asked', () =>
    findOriginalRequest(env, { tenantId, deploymentId }, past, Date.now()),
  );
  if (original === undefined)
    throw refusal(
      'REQUEST_GONE',
      `what ${deploymentId} was asked for can't be read any more, neither in Temporal, nor on the request topic, nor among the dead letters`,
      `ask for it anew: ./vecino request --tenant ${tenantId} …`,
    );
  if (original.priority === undefined)
    console.error(`the record of ${deploymentId} is gone, and its priority with it: 3 is taken`);
  const request = draftRetry(original, {
    tenantId,
    deploymentId,
    ...(options.version !== undefined && { version: options.version }),
    requestedBy: options.requestedBy ?? userInfo().username,
  });
  await placeRequest(context, env, request, options);
}
