import type { SubmitCommand } from '../api/gate-protocol.js';
import type { DeadLetterOrder } from '../api/projector-activities.js';

/** A command that has not been answered yet. */
export interface OpenCommand {
  readonly command: SubmitCommand;
  /** The deployment's workflow has it: what it says, or its terminal, is the answer. */
  readonly delivered: boolean;
}

export interface CarriedCommands {
  readonly open: readonly OpenCommand[];
  /** The last commands, open or answered, oldest first; gates of earlier releases kept their ids only. */
  readonly seen: readonly (SeenCommand | string)[];
}

/** `order` is what it was about, to tell a command that came again from another one with its id. */
export type SeenCommand = readonly [commandId: string, order: string];

const orderOf = ({ action, deploymentId }: SubmitCommand): string => `${action} ${deploymentId}`;

/** A command that comes again after so many others is answered again, in the same words. */
export const SEEN_COMMANDS_LIMIT = 500;

/** The commands of a gate that still need an answer, each once. */
export class CommandBook {
  readonly #open = new Map<string, OpenCommand>();
  /** Undefined where only the id is known. */
  readonly #seen: Map<string, string | undefined>;

  constructor({ open, seen }: CarriedCommands = { open: [], seen: [] }) {
    for (const one of open) this.#open.set(one.command.commandId, one);
    this.#seen = new Map(seen.map((one) => (typeof one === 'string' ? [one, undefined] : one)));
  }

  /** Ignores a command that was taken before, and one with the id of another. */
  take(command: SubmitCommand): 'taken' | 'repeated' | 'id-reused' {
    const { commandId } = command;
    const order = orderOf(command);
    if (this.#seen.has(commandId) || this.#open.has(commandId)) {
      const before = this.#seen.get(commandId) ?? order;
      return before === order ? 'repeated' : 'id-reused';
    }
    this.#seen.set(commandId, order);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= SEEN_COMMANDS_LIMIT) break;
      this.#seen.delete(oldest);
    }
    this.#open.set(commandId, { command, delivered: false });
    return 'taken';
  }

  /** How many have not been answered. */
  get open(): number {
    return this.#open.size;
  }

  /** Those that neither the gate nor a deployment has dealt with, in the order in which they came. */
  waiting(): readonly SubmitCommand[] {
    return [...this.#open.values()].filter(({ delivered }) => !delivered).map(({ command }) => command);
  }

  delivered(commandId: string): void {
    const open = this.#open.get(commandId);
    if (open !== undefined) this.#open.set(commandId, { ...open, delivered: true });
  }

  /** The deployment starts once more: what was delivered to its first workflow went down with that. */
  deliverAgain(deploymentId: string): void {
    for (const { command } of this.of(deploymentId))
      this.#open.set(command.commandId, { command, delivered: false });
  }

  answered(commandId: string): void {
    this.#open.delete(commandId);
  }

  /** The deployment's terminal answers every cancel. What is to be unlocked is known only from then on. */
  ended(deploymentId: string): void {
    for (const { command } of this.of(deploymentId))
      if (command.action === 'CANCEL') this.#open.delete(command.commandId);
  }

  /** A dead letter is the answer to the command whose record it holds. */
  letterWritten({ topic, partition, offset }: Pick<DeadLetterOrder, 'topic' | 'partition' | 'offset'>): void {
    for (const { command } of this.#open.values())
      if (command.topic === topic && command.partition === partition && command.offset === offset)
        this.#open.delete(command.commandId);
  }

  /** Whose command reached the deployment first. */
  cancelledBy(deploymentId: string): string | undefined {
    return this.of(deploymentId).find(({ delivered }) => delivered)?.command.requestedBy;
  }

  toCarried(): CarriedCommands {
    return { open: [...this.#open.values()], seen: [...this.#seen].map(seenOf) };
  }

  private of(deploymentId: string): readonly OpenCommand[] {
    return [...this.#open.values()].filter(({ command }) => command.deploymentId === deploymentId);
  }
}

const seenOf = ([commandId, order]: readonly [string, string | undefined]): SeenCommand | string =>
  order === undefined ? commandId : [commandId, order];
