import { Option } from 'commander';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { outputOption } from '../output-option.js';
import { placeRequest, type PlaceOptions } from '../placed-request.js';
import { findPlatform } from '../platform-access.js';
import { draftRequest, type RequestOptions } from '../request-draft.js';

interface Options extends RequestOptions, PlaceOptions {}

export const registerRequest: RegisterCommand = (program, context) => {
  program
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
    .option('--wait', 'follow it to its end; exit code 0 only when it succeeded', false)
    .addOption(outputOption())
    .action((options: Options) => request(context, options));
};

async function request(context: CommandContext, options: Options): Promise<void> {
  const draft = draftRequest(options);
  await placeRequest(context, await findPlatform(context.repository), draft, options);
}
