import { CommanderError } from 'commander';
import { describe } from './background.js';
import { createProgram } from './program.js';
import { Refusal, REFUSED } from './refusal.js';
import { thisRepository } from './repository.js';

const program = createProgram({
  repository: thisRepository(),
  exit: (code) => (process.exitCode = code),
});

program.parseAsync().then(
  // Clients may hold sockets open that nobody waits for any more.
  () => process.exit(),
  (error: unknown) => {
    // Commander has said what was wrong with the words of the command.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : REFUSED);
    console.error(`vecino: ${describe(error)}`);
    process.exit(error instanceof Refusal ? REFUSED : 1);
  },
);
