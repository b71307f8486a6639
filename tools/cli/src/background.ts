import { createLineProgress, claim, type RunningPart, type Service } from '@vecino/devstack';
import { type Repository } from './repository.js';
import { type Platform, startPlatform } from './start-platform.js';
import { type UpPart, type UpState, upStatePath, writeUpState } from './up-state.js';

const RESTART_AFTER_MS = 1_000;

/** The name under which one background process per clone is claimed. */
export const upClaim = (repository: Repository): string => upStatePath(repository.stateDir);

/**
 * What `vecino up` leaves running: the whole platform until SIGTERM or SIGINT, or until a server dies.
 * A service that ends by itself is started again, as an orchestrator would. Resolves with the exit code.
 */
export async function runInBackground(repository: Repository): Promise<number> {
  const { stateDir } = repository;
  const release = await claim(upClaim(repository));
  if (release === undefined) return 1; // somebody was faster
  const stopAsked = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const base = { pid: process.pid, startedAt: new Date().toISOString() };
  const { KAFKA_BROKERS: named } = process.env;
  // By that `status` knows whose word it is.
  const env: UpState['env'] = named ? { KAFKA_BROKERS: named } : {};
  writeUpState(stateDir, { ...base, phase: 'starting', env, parts: [] });
  const fail = (error: unknown) => {
    const message = describe(error);
    console.error(message);
    writeUpState(stateDir, { ...base, phase: 'failed', message, env, parts: [] });
    return 1;
  };
  try {
    const starting = startPlatform({
      repository,
      progress: createLineProgress(console.log),
      onFault: (error) => console.error(describe(error)),
    });
    const platform = await Promise.race([starting, stopAsked.then(() => undefined)]);
    if (platform === undefined) {
      // Asked to stop in the middle: what has been started ends with the supervisor, which sees this process end.
      return 0;
    }
    const restarts = new Map<string, number>();
    const publish = () =>
      writeUpState(stateDir, {
        ...base,
        phase: 'running',
        env: { ...platform.env },
        parts: partsOf(platform, restarts),
      });
    if (platform.notice !== undefined) console.log(platform.notice);
    publish();
    const stopped = { yes: false };
    const kept = new Set<Service>();
    const keepAll = () => {
      for (const service of platform.services) {
        if (kept.has(service)) continue;
        kept.add(service);
        void keepRunning(platform, service, restarts, publish, stopped);
      }
    };
    keepAll();
    platform.onServices(() => {
      keepAll();
      publish();
    });
    const death = await Promise.race([platform.died, stopAsked.then(() => undefined)]);
    stopped.yes = true;
    await platform.stop();
    return death === undefined ? 0 : fail(death);
  } catch (error) {
    return fail(error);
  } finally {
    await release();
  }
}

async function keepRunning(
  platform: Platform,
  service: Service,
  restarts: Map<string, number>,
  publish: () => void,
  stopped: { readonly yes: boolean },
): Promise<void> {
  // One that went with its tenant is no longer among the platform's.
  const isOver = () => stopped.yes || !platform.services.includes(service);
  for (;;) {
    const exit = await service.process.exited;
    if (isOver()) return;
    console.error(`${service.name} ended (${exit.signal ?? exit.code}): starting it again`);
    await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
    if (isOver()) return;
    restarts.set(service.name, (restarts.get(service.name) ?? 0) + 1);
    await service.restart().catch((error: unknown) => console.error(describe(error)));
    publish();
  }
}

export function partsOf(platform: Platform, restarts: ReadonlyMap<string, number> = new Map()): UpPart[] {
  return [
    ...platform.stack.parts.map(serverPart),
    ...platform.services.map((service) => servicePart(service, restarts.get(service.name) ?? 0)),
  ];
}

function servicePart({ name, process: { pid }, logPath, readyLine }: Service, restarts: number): UpPart {
  const healthAddress = readyLine['health_address'];
  return {
    name,
    kind: 'service',
    origin: 'clone',
    pid,
    logPath,
    restarts,
    ...(typeof healthAddress === 'string' && { healthAddress }),
  };
}

const serverPart = ({ name, origin, address, uiUrl, process: server }: RunningPart): UpPart => ({
  name,
  kind: 'server',
  origin,
  address,
  restarts: 0,
  ...(uiUrl === undefined ? {} : { uiUrl }),
  ...(server === undefined ? {} : { pid: server.pid, logPath: server.logPath }),
});

const BECAUSE = '\n  because: ';

/** An error and its causes, outermost first, one a line. */
export function describe(error: unknown): string {
  const lines: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null;) {
    lines.push(at instanceof Error ? at.message : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return lines.join(BECAUSE);
}

/** What `describe` made of an error, as the cause of another: one process tells the other so. */
export const asCause = (described: string): Error | undefined =>
  described
    .split(BECAUSE)
    .reduceRight<Error | undefined>((cause, message) => new Error(message, { cause }), undefined);
