import { type Command } from 'commander';
import { type Repository } from './repository.js';

/** What every command gets. */
export interface CommandContext {
  readonly repository: Repository;
  /** Sets the exit code of the process; the command then just returns. */
  exit(code: number): void;
}

/** Adds one command to the program. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;
