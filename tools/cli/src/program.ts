import { Command } from 'commander';
import { colors } from './colors.js';
import { type CommandContext, type RegisterCommand } from './command.js';
import { type Group, GROUPS } from './command-guide.js';
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

/** In the order in which a newcomer meets them. */
const COMMANDS: Readonly<Record<Group, readonly RegisterCommand[]>> = {
  platform: [registerDemo, registerUp, registerStatus, registerDown, registerDoctor, registerProvision],
  deployments: [
    registerRequest,
    registerWatch,
    registerExplain,
    registerCancel,
    registerRetry,
    registerEvidence,
    registerUnlock,
  ],
  tenants: [registerTenant, registerPause, registerResume],
  repair: [registerDlq, registerAudit],
  development: [registerTest, registerBench, registerChaos, registerBackground],
};

const FIRST_STEPS = `
First steps:
  ./vecino doctor                     what this machine lacks
  ./vecino demo                       see it all once; nothing is left running
  ./vecino up                         start it for good, with simulated routers
  ./vecino request --tenant amovil --router amovil-001 --ip 127.20.2.1 --version 2.0.0 --wait
  ./vecino explain DEPLOYMENT_ID      why it waits, what it is busy with, where to look next
  ./vecino down                       stop it; its data stays

Exit codes: 0 done, 1 failed, 2 refused, 3 too late, 130 interrupted. Every command takes --output json.
./vecino COMMAND --help has examples. All of it: docs/cli.md`;

export function createProgram(context: CommandContext): Command {
  const program = new Command('vecino')
    .usage('COMMAND [options]')
    .description(
      "Upgrades many tenants' routers side by side. Starts, watches and tests the whole platform on this machine.",
    )
    // Commands below inherit these: whoever runs the program says what was wrong, and decides on the exit code.
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      sortSubcommands: false,
      styleTitle: (title) => colors.bold(title),
      styleSubcommandText: (name) => colors.cyan(name),
      styleOptionText: (flags) => colors.cyan(flags),
    })
    .addHelpText('after', FIRST_STEPS);
  for (const group of Object.keys(COMMANDS) as Group[]) {
    program.commandsGroup(GROUPS[group]);
    for (const register of COMMANDS[group]) register(program, context);
  }
  program.commandsGroup('Help:');
  return program.helpCommand('help [command]', 'the help of a command');
}
