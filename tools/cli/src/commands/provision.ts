import { type RegisterCommand } from '../command.js';
import { writeLab } from '../lab-folder.js';
import { type OutputFormat, outputOption } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { provisionPlatform, type ProvisionReport } from '../provision-platform.js';
import { retentionOption } from '../tenants/retention-option.js';

interface Options {
  readonly lab?: string;
  readonly retention?: number;
  readonly output: OutputFormat;
}

const HELP = `
For a platform that is not started by ./vecino up: it makes the topics, imports VECINO_TENANTS_FILE into a registry that
nobody has made yet, and makes the Temporal namespaces (TEMPORAL_NAMESPACE and those of tenants on the route namespace)
with Vecino's search attributes. What is there stays as it is; it may run at every rollout, before the services.`;

export const registerProvision: RegisterCommand = (program, { repository }) => {
  program
    .command('provision')
    .description('make what the services need before they start, where it is missing')
    .option(
      '--lab <dir>',
      'also write there what simulated routers and their workers need: images, certificates, the configuration of router-simulator',
    )
    .addOption(retentionOption())
    .addOption(outputOption())
    .addHelpText('after', HELP)
    .action(async ({ lab, retention, output }: Options) => {
      const env = await findPlatform(repository);
      const importFile = env['VECINO_TENANTS_FILE'];
      const { report, registry } = await provisionPlatform(env, {
        ...(importFile && { importFile }),
        ...(retention !== undefined && { retentionMs: retention }),
      });
      if (lab !== undefined) await writeLab(lab, registry);
      console.log(
        output === 'json' ? JSON.stringify({ ...report, lab: lab ?? null }, null, 2) : text(report),
      );
    });
};

function text({ topics, differences, namespaces, tenants }: ProvisionReport): string {
  const made = (what: string, names: readonly string[]) =>
    names.length === 0 ? `${what}: all there` : `${what}: made ${names.join(', ')}`;
  return [
    made('topics', topics),
    ...differences.map((difference) => `  not as planned, left as it is: ${difference}`),
    made('Temporal namespaces', namespaces),
    `registry: ${tenants} tenants`,
  ].join('\n');
}
