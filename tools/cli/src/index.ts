export { describe } from './background.js';
export { type CancelAnswer, cancelAnswerOf } from './cancel-answer.js';
export { type CommandResult, orderCommand } from './order-command.js';
export { type UnlockAnswer, unlockAnswerOf } from './unlock-answer.js';
export { type CommandContext, type RegisterCommand } from './command.js';
export { BENCH_KEYS } from './commands/bench.js';
export { CHAOS_KEYS } from './commands/chaos.js';
export {
  FIRST_VERSION,
  IMAGE_VERSIONS,
  type PlannedService,
  planRouters,
  planServices,
} from './platform-plan.js';
export { createProgram } from './program.js';
export { commandOf, runProgram } from './run-program.js';
export { undocumentedKeys } from './undocumented-keys.js';
export { type Repository, repositoryAt, thisRepository } from './repository.js';
export { type Platform, type PlatformOptions, startPlatform } from './start-platform.js';
export { readUpState, type UpPart, type UpState } from './up-state.js';
