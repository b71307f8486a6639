import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { userInfo } from 'node:os';
import { type RegistryEdit, type StopOrder } from '@vecino/tenancy';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { usage } from '../refusal.js';
import { applyChange, CHANGE_SHAPE, type ChangeOptions } from '../tenants/apply-change.js';
import { dryRunOption } from '../tenants/dry-run-option.js';

interface Options extends ChangeOptions {
  readonly platform?: true;
  readonly softwareVersion?: string;
  readonly reason?: string;
  readonly requestedBy?: string;
}

export const registerPause: RegisterCommand = (program, context) => {
  const command = program
    .command('pause')
    .description('emergency stop: start nothing more, of any tenant; what runs goes on, what comes waits')
    .option('--platform', 'nothing at all')
    .option('--software-version <version>', 'nothing that brings this version')
    .option('--reason <text>', 'told to everybody who waits')
    .option('--requested-by <who>', 'for people; your login otherwise')
    .addOption(dryRunOption())
    .action((options: Options) => pause(context, options));
  guide(command, {
    examples: [
      { run: "pause --platform --reason 'core links flap'", does: 'nothing starts any more, of no tenant' },
      {
        run: "pause --software-version 2.1.0 --reason 'reboots twice'",
        does: 'nothing that brings 2.1.0 starts',
      },
    ],
    prints: CHANGE_SHAPE,
    reads: PLATFORM,
  });
};

export const registerResume: RegisterCommand = (program, context) => {
  const command = program
    .command('resume')
    .description('take back a stop')
    .option('--platform', 'that of everything')
    .option('--software-version <version>', 'that of this version')
    .addOption(dryRunOption())
    .action((options: Options) => resume(context, options));
  guide(command, {
    examples: [
      { run: 'resume --platform', does: 'what waited starts, in its order' },
      { run: 'resume --software-version 2.1.0', does: 'this version may start again' },
    ],
    prints: CHANGE_SHAPE,
    reads: PLATFORM,
  });
};

async function pause(context: CommandContext, options: Options): Promise<void> {
  const { reason, softwareVersion } = options;
  if (reason === undefined) throw usage('say why with --reason: everybody who waits is told');
  const order: StopOrder = { reason, by: options.requestedBy ?? userInfo().username, at: Date.now() };
  const edit = whatOf<RegistryEdit>(options, {
    platform: () => ({ kind: 'pause-platform', order }),
    version: (version) => ({ kind: 'stop-version', softwareVersion: version, order }),
  });
  await applyChange(context, () => edit, options);
  if (!options.dryRun && options.output === 'text')
    console.log(
      `Take it back with ./vecino resume ${softwareVersion === undefined ? '--platform' : `--software-version ${softwareVersion}`}`,
    );
}

async function resume(context: CommandContext, options: Options): Promise<void> {
  const edit = whatOf<RegistryEdit>(options, {
    platform: () => ({ kind: 'resume-platform' }),
    version: (softwareVersion) => ({ kind: 'allow-version', softwareVersion }),
  });
  await applyChange(context, () => edit, options);
}

function whatOf<T>(
  { platform, softwareVersion }: Options,
  orders: { readonly platform: () => T; readonly version: (softwareVersion: string) => T },
): T {
  if (platform === true && softwareVersion === undefined) return orders.platform();
  if (softwareVersion !== undefined && platform !== true) return orders.version(softwareVersion);
  throw usage(
    'say one: --platform, or --software-version VERSION; one tenant is paused by ./vecino tenant pause ID',
  );
}
