import { describe } from './background.js';
import { createProgram } from './program.js';
import { thisRepository } from './repository.js';

const program = createProgram({
  repository: thisRepository(),
  exit: (code) => (process.exitCode = code),
});

program.parseAsync().then(
  // Clients may hold sockets open that nobody waits for any more.
  () => process.exit(),
  (error: unknown) => {
    console.error(`vecino: ${describe(error)}`);
    process.exit(1);
  },
);
