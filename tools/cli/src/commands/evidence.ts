import { type RegisterCommand } from '../command.js';
import { evidenceDirOf, findEvidence } from '../find-evidence.js';
import { findPlatform } from '../platform-access.js';

export const registerEvidence: RegisterCommand = (program, { repository, exit }) => {
  program
    .command('evidence')
    .argument('<deployment>', 'deployment id')
    .description('the JSON document of what a deployment did to its router, and found there')
    .option('--tenant <tenant>', 'whose it is; any tenant otherwise')
    .action(async (deploymentId: string, { tenant }: { readonly tenant?: string }) => {
      const dir = evidenceDirOf(await findPlatform(repository));
      const found = findEvidence(dir, deploymentId, tenant);
      if (found.kind === 'document') return console.log(found.text.trimEnd());
      console.error(found.why);
      exit(1);
    });
};
