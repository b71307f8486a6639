import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { busy } from '../busy.js';
import { type RegisterCommand } from '../command.js';
import { writeLab } from '../lab-folder.js';
import { type OutputFormat, printJson } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { provisionPlatform, type ProvisionReport } from '../provision-platform.js';
import { retentionOption } from '../tenants/retention-option.js';

interface Options {
  readonly lab?: string;
  readonly retention?: number;
  readonly output: OutputFormat;
}

const MORE = `
For a platform that is not started by ./vecino up: it makes the topics, imports VECINO_TENANTS_FILE into a registry that
nobody has made yet, and makes the Temporal namespaces (TEMPORAL_NAMESPACE and those of tenants on the route namespace)
with Vecino's search attributes. What is there stays as it is; it may run at every rollout, before the services.`;

export const registerProvision: RegisterCommand = (program, { repository }) => {
  const command = program
    .command('provision')
    .description('make what the services need before they start, where it is missing')
    .option(
      '--lab <dir>',
      'also write there what simulated routers and their workers need: images, certificates, the configuration of router-simulator',
    )
    .addOption(retentionOption())
    .action(async ({ lab, retention, output }: Options) => {
      const env = await findPlatform(repository);
      const importFile = env['VECINO_TENANTS_FILE'];
      const { report, registry } = await busy.while('making topics, registry and namespaces', () =>
        provisionPlatform(env, {
          ...(importFile && { importFile }),
          ...(retention !== undefined && { retentionMs: retention }),
        }),
      );
      if (lab !== undefined) await busy.while(`writing ${lab}`, () => writeLab(lab, registry));
      if (output === 'json') printJson({ ...report, lab: lab ?? null });
      else console.log(text(report));
    });
  guide(command, {
    examples: [
      { run: 'provision', does: 'of the platform that KAFKA_BROKERS and TEMPORAL_ADDRESS name' },
      { run: 'provision --retention 30d', does: 'namespaces keep what has ended for thirty days' },
    ],
    prints: {
      form: 'object',
      keys: {
        topics: 'those that were made',
        differences: 'settings of topics that are not as planned; they are left as they are',
        namespaces: 'Temporal namespaces that were made, or whose retention was changed',
        tenants: 'how many the registry has',
        lab: 'the folder of --lab, or null',
      },
    },
    reads: [...PLATFORM, 'registry-file'],
    more: MORE,
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
