import { setTimeout as delay } from 'node:timers/promises';
import { isClaimed } from '@vecino/devstack';
import { upClaim } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { readUpState, removeUpState } from '../up-state.js';

export const registerDown: RegisterCommand = (program, context) => {
  program
    .command('down')
    .description('stop what `up` started; its data stays')
    .action(() => down(context));
};

async function down({ repository }: CommandContext): Promise<void> {
  const state = readUpState(repository.stateDir);
  if (state === undefined || !(await isClaimed(upClaim(repository)))) {
    removeUpState(repository.stateDir);
    console.log('Nothing is up.');
    return;
  }
  signal(state.pid);
  while (await isClaimed(upClaim(repository))) await delay(100);
  removeUpState(repository.stateDir);
  console.log('Stopped.');
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
