import type { EpochMs } from '@vecino/foundation';
import type { SubmitCommand } from '../api/gate-protocol.js';
import type { TakenItem } from './carried.js';
import { terminalAgain } from './closed-entry.js';
import { notQuarantined, unknownDeployment } from './dead-letter-orders.js';
import type { GateBook } from './gate-book.js';

/** A command that let go of a router, and the deployment that had held it. */
export interface Unlocked {
  readonly command: SubmitCommand;
  readonly item: TakenItem | undefined;
}

/**
 * Answers the commands that are not for a running deployment to answer; returns those that unlocked a router. `caughtUp`
 * where every request that came before has been taken and more may be published: until then nobody can say that
 * a deployment is unknown. A router that is `asked` just now is unlocked when it has answered.
 */
export function answerCommands(
  book: GateBook,
  now: EpochMs,
  caughtUp: boolean,
  asked: (deploymentId: string) => boolean = () => false,
): readonly Unlocked[] {
  const unlocked: Unlocked[] = [];
  for (const command of book.commands.waiting())
    switch (command.action) {
      case 'CANCEL':
        cancel(book, command, now, caughtUp);
        break;
      case 'UNLOCK': {
        const item = book.admission.find(command.deploymentId);
        if (!asked(command.deploymentId) && unlock(book, command, caughtUp)) unlocked.push({ command, item });
      }
    }
  return unlocked;
}

/** Commands that the workflows of running deployments are to be told. */
export function commandsToDeliver(book: GateBook): readonly SubmitCommand[] {
  return book.commands
    .waiting()
    .filter(
      ({ action, deploymentId }) => action === 'CANCEL' && book.admission.holdOf(deploymentId) === 'running',
    );
}

function cancel(book: GateBook, command: SubmitCommand, now: EpochMs, caughtUp: boolean): void {
  const { commandId, deploymentId } = command;
  const hold = book.admission.holdOf(deploymentId);
  if (hold === 'running') return;
  // One that settles has ended already: its terminal comes when its router is at rest.
  if (hold === 'settling') book.commands.answered(commandId);
  else if (hold === undefined && book.admission.find(deploymentId) !== undefined) book.withdraw(command, now);
  else if (caughtUp) answerFromMemory(book, command);
}

/** True where it let go of the router. The answer is the terminal of the deployment that held it, once more. */
function unlock(book: GateBook, command: SubmitCommand, caughtUp: boolean): boolean {
  const { deploymentId } = command;
  const hold = book.admission.holdOf(deploymentId);
  const ended = book.terminalOf(deploymentId) !== undefined;
  if (hold === 'quarantined') {
    answerFromMemory(book, command);
    book.letGoOf(deploymentId);
    return true;
  }
  if (!ended && book.admission.find(deploymentId) === undefined) {
    if (caughtUp) answerFromMemory(book, command);
    return false;
  }
  book.commands.answered(command.commandId);
  book.deadLetters.push(notQuarantined(book.settings.tenantId, command, hold, ended));
  return false;
}

function answerFromMemory(book: GateBook, command: SubmitCommand): void {
  const { tenantId } = book.settings;
  book.commands.answered(command.commandId);
  const closed = book.terminalOf(command.deploymentId);
  if (closed === undefined) book.deadLetters.push(unknownDeployment(tenantId, command));
  else book.outbox.push(terminalAgain(tenantId, closed));
}
