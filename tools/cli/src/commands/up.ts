import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claim } from '@vecino/devstack';
import { upClaim } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { isAlive } from '../is-alive.js';
import { partTable } from '../part-table.js';
import { type Repository } from '../repository.js';
import { readUpState, removeUpState, type UpState } from '../up-state.js';
import { BACKGROUND } from './background.js';

const LOOK_EVERY_MS = 100;

export const registerUp: RegisterCommand = (program, context) => {
  program
    .command('up')
    .description('start everything in the background: servers, topics, simulated routers, services')
    .action(() => up(context));
};

/** Also for `demo --keep`. Says itself what went wrong. */
export async function up({ repository, exit }: CommandContext): Promise<void> {
  const free = await claimUnlessUp(repository);
  if (free === undefined) {
    console.log('Already up.');
    const state = readUpState(repository.stateDir);
    if (state !== undefined) console.log(partTable(state.parts));
    return;
  }
  removeUpState(repository.stateDir);
  await free();
  const log = join(repository.stateDir, 'logs', 'up.log');
  const child = startInBackground(repository.root, log);
  const stop = () => child.pid !== undefined && process.kill(child.pid, 'SIGTERM');
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const state = await follow(log, repository.stateDir, child);
  if (state?.phase !== 'running') {
    console.error(`Nothing was left running. The whole log: ${log}`);
    return exit(1);
  }
  console.log(`\n${partTable(state.parts)}\n`);
  const ui = state.parts.find((part) => part.uiUrl !== undefined)?.uiUrl;
  if (ui !== undefined) console.log(`Temporal UI    ${ui}`);
  console.log('Stop it with   ./vecino down');
  child.unref();
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
): Promise<UpState | undefined> {
  let shown = 0;
  const show = () => {
    const text = readFileSync(log, 'utf8');
    process.stdout.write(text.slice(shown));
    shown = text.length;
  };
  for (;;) {
    const gone = child.exitCode !== null || child.signalCode !== null;
    const state = readUpState(stateDir);
    show();
    if (gone || (state?.pid === child.pid && state?.phase === 'running')) return state;
    await delay(LOOK_EVERY_MS);
  }
}
