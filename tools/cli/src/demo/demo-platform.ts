import { setTimeout as delay } from 'node:timers/promises';
import { claim, createLineProgress, type Service } from '@vecino/devstack';
import { VecinoError } from '@vecino/foundation';
import { partsOf, upClaim } from '../background.js';
import { type CliErrorCode } from '../cli-errors.js';
import { type CommandContext } from '../command.js';
import { up } from '../commands/up.js';
import { findPlatform, type PlatformEnvironment, runningPlatform } from '../platform-access.js';
import { type Repository } from '../repository.js';
import { startPlatform } from '../start-platform.js';
import { removeUpState, writeUpState } from '../up-state.js';

/** The platform that a demo runs on. */
export interface DemoPlatform {
  readonly env: PlatformEnvironment;
  /** Whether it goes on running when the demo is over. */
  readonly stays: boolean;
  /** Settles when a server or a service of it ends; never for one that somebody else looks after. */
  readonly died: Promise<VecinoError>;
  /** Ends it, unless it stays. */
  leave(): Promise<void>;
}

const LOOK_AGAIN_MS = 200;
const never = new Promise<never>(() => undefined);

export interface DemoPlatformOptions {
  readonly keep: boolean;
  /** Start nothing: the platform is there, by the environment or from `up`. */
  readonly attach: boolean;
}

/**
 * The platform that runs for this clone, or else one that is started for the demo.
 * @throws VecinoError NO_PLATFORM where nothing may be started and nothing is there; PLATFORM_FAILED
 */
export async function platformForDemo(
  context: CommandContext,
  { keep, attach }: DemoPlatformOptions,
  tell: (text: string) => void,
): Promise<DemoPlatform> {
  const { repository } = context;
  if (attach) return staying(await findPlatform(repository));
  for (;;) {
    const running = await runningPlatform(repository);
    if (running !== undefined) return staying(running);
    if (keep) {
      await up(context, tell);
      const kept = await runningPlatform(repository);
      if (kept !== undefined) return staying(kept);
      throw new VecinoError<CliErrorCode>('NO_PLATFORM', 'the platform that was just started is gone', {
        disposition: 'retry',
      });
    }
    const release = await claim(upClaim(repository));
    if (release !== undefined) return startOwn(repository, release, tell);
    await delay(LOOK_AGAIN_MS); // somebody else starts one right now
  }
}

const staying = (env: PlatformEnvironment): DemoPlatform => ({
  env,
  stays: true,
  died: never,
  leave: () => Promise.resolve(),
});

/** In this process, so that nothing outlives it. Meanwhile `status`, `watch`, `request` and `down` find it as if by `up`. */
async function startOwn(
  repository: Repository,
  release: () => Promise<void>,
  tell: (text: string) => void,
): Promise<DemoPlatform> {
  try {
    const platform = await startPlatform({ repository, progress: createLineProgress(tell) });
    if (platform.notice !== undefined) tell(platform.notice);
    writeUpState(repository.stateDir, {
      phase: 'running',
      pid: process.pid,
      startedAt: new Date().toISOString(),
      env: { ...platform.env },
      parts: partsOf(platform),
    });
    return {
      env: { ...process.env, ...platform.env },
      stays: false,
      died: Promise.race([platform.died, ...platform.services.map(deathOf)]),
      leave: async () => {
        removeUpState(repository.stateDir);
        await platform.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

const deathOf = async ({ process: running }: Service): Promise<VecinoError> =>
  running.died(await running.exited);
