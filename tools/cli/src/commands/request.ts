import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { Option } from 'commander';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { PLACED_KEYS, placeRequest, type PlaceOptions } from '../placed-request.js';
import { findPlatform } from '../platform-access.js';
import { draftRequest, type RequestOptions } from '../request-draft.js';

interface Options extends RequestOptions, PlaceOptions {}

export const registerRequest: RegisterCommand = (program, context) => {
  const command = program
    .command('request')
    .description('ask for the upgrade of one router')
    .requiredOption('--tenant <tenant>', 'whose router it is')
    .requiredOption('--router <router>', 'its name')
    .requiredOption('--ip <address>', "where it is reached, inside the tenant's networks")
    .requiredOption('--version <version>', 'software version that it shall run')
    .option('--priority <1-5>', '1 is the highest', '3')
    .option('--not-before <time>', 'do not start earlier, as 2027-01-31T22:00:00Z')
    .option('--request-id <id>', 'becomes the deployment id; a second request with the same id does not run')
    .option('--requested-by <who>', 'for people')
    .addOption(new Option('--format <format>', 'of the record').choices(['avro', 'json']).default('avro'))
    .option('--wait', 'follow it to its end', false)
    .action((options: Options) => request(context, options));
  guide(command, {
    examples: [
      {
        run: 'request --tenant amovil --router amovil-001 --ip 127.20.2.1 --version 2.0.0 --wait',
        does: 'upgrade a simulated router of ./vecino up, and follow it to its end',
      },
      {
        run: 'request --tenant acme --router edge-7 --ip 10.1.0.7 --version 2.0.0 --priority 1 --not-before 2027-01-31T22:00:00Z',
        does: 'at night, before all that waits then',
      },
    ],
    prints: { form: 'object', keys: PLACED_KEYS },
    reads: [...PLATFORM, 'links'],
    exits: {
      done: 'It lies on the request topic; with --wait: it succeeded.',
      failed: 'Kafka did not take it; with --wait: it did not succeed.',
      refused:
        'A value breaks its grammar. Whether tenant and address fit is decided when it is taken in: ./vecino explain tells.',
    },
  });
};

async function request(context: CommandContext, options: Options): Promise<void> {
  const draft = draftRequest(options);
  await placeRequest(context, await findPlatform(context.repository), draft, options);
}
