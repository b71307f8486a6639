import { Command } from 'commander';
import { type CommandContext, type RegisterCommand } from './command.js';
import { registerAudit } from './commands/audit.js';
import { registerBackground } from './commands/background.js';
import { registerBench } from './commands/bench.js';
import { registerChaos } from './commands/chaos.js';
import { registerCancel } from './commands/cancel.js';
import { registerDemo } from './commands/demo.js';
import { registerDlq } from './commands/dlq.js';
import { registerDoctor } from './commands/doctor.js';
import { registerDown } from './commands/down.js';
import { registerEvidence } from './commands/evidence.js';
import { registerExplain } from './commands/explain.js';
import { registerPause, registerResume } from './commands/pause.js';
import { registerProvision } from './commands/provision.js';
import { registerRequest } from './commands/request.js';
import { registerRetry } from './commands/retry.js';
import { registerStatus } from './commands/status.js';
import { registerTenant } from './commands/tenant.js';
import { registerTest } from './commands/test.js';
import { registerUnlock } from './commands/unlock.js';
import { registerUp } from './commands/up.js';
import { registerWatch } from './commands/watch.js';

const COMMANDS: readonly RegisterCommand[] = [
  registerDemo,
  registerUp,
  registerDown,
  registerProvision,
  registerStatus,
  registerTenant,
  registerPause,
  registerResume,
  registerRequest,
  registerWatch,
  registerExplain,
  registerCancel,
  registerUnlock,
  registerRetry,
  registerDlq,
  registerAudit,
  registerEvidence,
  registerDoctor,
  registerTest,
  registerBench,
  registerChaos,
  registerBackground,
];

export function createProgram(context: CommandContext): Command {
  const program = new Command('vecino')
    .description(
      "Upgrades many tenants' routers side by side. Starts, watches and tests the whole platform on this machine.",
    )
    // Commands below inherit it: whoever runs the program decides on the exit code of a misuse.
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ sortSubcommands: false });
  for (const register of COMMANDS) register(program, context);
  return program;
}
