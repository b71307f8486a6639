import { setTimeout as delay } from 'node:timers/promises';
import { isClaimed } from '@vecino/devstack';
import { upClaim } from '../background.js';
import { busy } from '../busy.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { guide } from '../command-guide.js';
import { type OutputFormat, printJson } from '../output-option.js';
import { readUpState, removeUpState } from '../up-state.js';

interface Options {
  readonly output: OutputFormat;
}

export const registerDown: RegisterCommand = (program, context) => {
  const command = program
    .command('down')
    .description('stop what `up` started; its data stays')
    .action(async ({ output }: Options) => {
      const stopped = await down(context);
      if (output === 'json') printJson({ ok: true, stopped });
      else console.log(stopped ? 'Stopped. Its data stays: ./vecino up goes on with it.' : 'Nothing is up.');
    });
  guide(command, {
    examples: [{ run: 'down', does: 'services first, so that they end what they hold; then the servers' }],
    prints: { form: 'object', keys: { ok: 'true', stopped: 'whether something was up' } },
    reads: [],
    exits: { done: 'Nothing is up any more, or nothing was.' },
  });
};

/** Whether something was up. */
async function down({ repository }: CommandContext): Promise<boolean> {
  const state = readUpState(repository.stateDir);
  if (state === undefined || !(await isClaimed(upClaim(repository)))) {
    removeUpState(repository.stateDir);
    return false;
  }
  signal(state.pid);
  await busy.while('stopping', async () => {
    while (await isClaimed(upClaim(repository))) await delay(100);
  });
  removeUpState(repository.stateDir);
  return true;
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
