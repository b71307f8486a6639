import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { SubmitCommand } from '../api/gate-protocol.js';
import { cancelSignal } from '../api/messages.js';
import { deploymentWorkflowId } from '../api/names.js';
import type { DeploymentStarter } from './deployment-starter.js';
import type { GateBook } from './gate-book.js';
import { commandsToDeliver } from './gate-commands.js';
import { itemLogFields } from './item-log-fields.js';

/**
 * Brings commands to the workflows of running deployments, which answer them. A command whose delivery was under way when
 * a run ended is delivered again by the next: a deployment answers it once.
 */
export class CommandCourier {
  readonly #book: GateBook;
  readonly #starter: DeploymentStarter;
  readonly #changed: () => void;
  readonly #underWay = new Set<string>();

  constructor(book: GateBook, starter: DeploymentStarter, changed: () => void) {
    this.#book = book;
    this.#starter = starter;
    this.#changed = changed;
  }

  /** A deployment that is being started is told once its workflow is there. */
  deliver(): void {
    for (const command of commandsToDeliver(this.#book)) {
      const { commandId, deploymentId } = command;
      if (this.#underWay.has(commandId) || this.#starter.isStarting(deploymentId)) continue;
      this.#underWay.add(commandId);
      void this.bring(command).finally(() => {
        this.#underWay.delete(commandId);
        this.#book.commands.delivered(commandId);
        this.#changed();
      });
    }
  }

  private async bring({ commandId, deploymentId, requestedBy }: SubmitCommand): Promise<void> {
    const { tenantId } = this.#book.settings;
    const deployment = getExternalWorkflowHandle(deploymentWorkflowId(tenantId, deploymentId));
    const order = { commandId, ...(requestedBy === undefined ? {} : { requestedBy }) };
    try {
      await deployment.signal(cancelSignal, order);
    } catch (error) {
      // It has closed just now: its terminal is on its way and is the answer.
      const item = this.#book.admission.find(deploymentId);
      log.info('command came when its deployment had closed', {
        ...itemLogFields(deploymentId, item),
        error: String(error),
      });
    }
  }
}
