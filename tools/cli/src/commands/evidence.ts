import { guide } from '../command-guide.js';
import { refusal } from '../refusal.js';
import { type RegisterCommand } from '../command.js';
import { evidenceDirOf, findEvidence } from '../find-evidence.js';
import { findPlatform } from '../platform-access.js';

export const registerEvidence: RegisterCommand = (program, { repository }) => {
  const command = program
    .command('evidence')
    .argument('<deployment>', 'deployment id')
    .description('the JSON document of what a deployment did to its router, and found there')
    .option('--tenant <tenant>', 'whose it is; any tenant otherwise')
    .action(async (deploymentId: string, { tenant }: { readonly tenant?: string }) => {
      const dir = evidenceDirOf(await findPlatform(repository));
      const found = findEvidence(dir, deploymentId, tenant);
      if (found.kind === 'none') throw refusal('NO_EVIDENCE', found.why, found.next);
      console.log(found.text.trimEnd());
    });
  guide(command, {
    examples: [
      { run: 'evidence 4711', does: 'every call and answer, with times' },
      {
        run: "evidence 4711 --tenant acme | jq '.calls[].rpc'",
        does: 'the document is JSON, with or without --output json',
      },
    ],
    prints: {
      form: 'object',
      keys: { '…': 'the document as the worker wrote it: [evidence](evidence.md) has its keys' },
    },
    reads: ['kafka'],
  });
};
