import { EXIT } from './exit-code.js';
import { thisRepository } from './repository.js';
import { runProgram } from './run-program.js';

const context = { repository: thisRepository(), exit: (code: number) => void (process.exitCode = code) };

// Clients may hold sockets open that nobody waits for any more.
runProgram(context, process.argv.slice(2)).then(
  () => process.exit(),
  () => process.exit(EXIT.failed),
);
