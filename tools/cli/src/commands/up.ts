import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claim } from '@vecino/devstack';
import { upClaim } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { guide } from '../command-guide.js';
import { EXIT } from '../exit-code.js';
import { isAlive } from '../is-alive.js';
import { step, stepText } from '../next-step.js';
import { type OutputFormat, printJson, tellPeople } from '../output-option.js';
import { partTable } from '../part-table.js';
import { type Repository } from '../repository.js';
import { untilInterrupted } from '../until-interrupted.js';
import { upFailure } from '../up-failure.js';
import { readUpState, removeUpState, type UpState } from '../up-state.js';
import { BACKGROUND } from './background.js';
import { STATUS_KEYS, statusReport } from './status.js';

const LOOK_EVERY_MS = 100;

export const registerUp: RegisterCommand = (program, context) => {
  const command = program
    .command('up')
    .description('start everything in the background: servers, topics, simulated routers, services')
    .action(async ({ output }: { readonly output: OutputFormat }) => {
      if (!(await up(context, tellPeople(output)))) return context.exit(EXIT.interrupted);
      if (output === 'json') printJson(await statusReport(context));
    });
  guide(command, {
    examples: [
      {
        run: 'up',
        does: 'Kafka, Temporal, Redis and all services, on the usual ports or the next free ones',
      },
      { run: 'up --output json', does: 'the same, and what ./vecino status prints' },
    ],
    prints: { form: 'object', keys: STATUS_KEYS },
    reads: ['start', 'temporal', 'registry-file', 'links'],
    exits: { done: 'It is up, or was already.', failed: 'It did not come up, and nothing was left running.' },
  });
};

/**
 * Also for `demo --keep`. False where it was interrupted before everything was up.
 * @throws VecinoError PLATFORM_FAILED
 */
export async function up(
  { repository }: Pick<CommandContext, 'repository'>,
  tell: (text: string) => void,
): Promise<boolean> {
  const free = await claimUnlessUp(repository);
  if (free === undefined) {
    tell('Already up.');
    const state = readUpState(repository.stateDir);
    if (state !== undefined) tell(partTable(state.parts));
    return true;
  }
  removeUpState(repository.stateDir);
  await free();
  const logPath = join(repository.stateDir, 'logs', 'up.log');
  const child = startInBackground(repository.root, logPath);
  const { signal } = untilInterrupted();
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const state = await follow(logPath, repository.stateDir, child, tell);
  if (signal.aborted) return false;
  if (state?.phase !== 'running') {
    const how = child.signalCode ?? `exit code ${child.exitCode}`;
    throw upFailure({ state, how, logPath });
  }
  tell(`\n${partTable(state.parts)}\n`);
  const ui = state.parts.find((part) => part.uiUrl !== undefined)?.uiUrl;
  if (ui !== undefined) tell(`Temporal UI    ${ui}`);
  tell(
    stepText(
      step(
        'request --tenant amovil --router amovil-001 --ip 127.20.2.1 --version 2.0.0 --wait',
        'a first upgrade',
      ),
    ),
  );
  tell(stepText(step('down', 'stops it')));
  child.unref();
  return true;
}

/** Undefined when it is up. A process that was killed holds its claim for some seconds more: those are waited for. */
async function claimUnlessUp(repository: Repository): Promise<(() => Promise<void>) | undefined> {
  for (;;) {
    const free = await claim(upClaim(repository));
    const holder = readUpState(repository.stateDir)?.pid;
    if (free !== undefined || (holder !== undefined && isAlive(holder))) return free;
    await delay(LOOK_EVERY_MS);
  }
}

function startInBackground(root: string, log: string) {
  mkdirSync(join(log, '..'), { recursive: true });
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, [join(__dirname, '..', 'main.js'), BACKGROUND], {
    cwd: root,
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  return child;
}

/** Shows what the background process writes until it is up or gone. */
async function follow(
  log: string,
  stateDir: string,
  child: ReturnType<typeof spawn>,
  tell: (text: string) => void,
): Promise<UpState | undefined> {
  let shown = 0;
  const show = () => {
    const text = readFileSync(log, 'utf8');
    const whole = text.slice(shown, text.lastIndexOf('\n') + 1);
    if (whole !== '') tell(whole.slice(0, -1));
    shown += whole.length;
  };
  for (;;) {
    const gone = child.exitCode !== null || child.signalCode !== null;
    const state = readUpState(stateDir);
    show();
    if (gone || (state?.pid === child.pid && state?.phase === 'running')) return state;
    await delay(LOOK_EVERY_MS);
  }
}
