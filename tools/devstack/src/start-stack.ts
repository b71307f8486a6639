import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type VecinoError } from '@vecino/foundation';
import { cacheDir } from './cache-dir.js';
import { devstackError } from './fault.js';
import { prepareKafka } from './kafka-install.js';
import { type KafkaAlias, kafkaClusterId, startKafka } from './kafka-server.js';
import type { ManagedProcess } from './managed-process.js';
import { namedTemporal } from './named-temporal.js';
import { choosePort, LOOPBACK, scatteredPorts, type StackPorts, USUAL_PORTS } from './ports.js';
import { type Progress, silentProgress } from './progress.js';
import { racingForPorts } from './port-race.js';
import { prepareRedis } from './redis-install.js';
import { pingRedis, startRedis } from './redis-server.js';
import { Supervisor } from './supervisor.js';
import { prepareTemporal } from './temporal-install.js';
import { greetTemporal, startTemporal } from './temporal-server.js';

export const STACK_PARTS = ['kafka', 'temporal', 'redis'] as const;
export type StackPart = (typeof STACK_PARTS)[number];

/** One server of a running stack. */
export interface RunningPart {
  readonly name: StackPart;
  readonly address: string;
  /** `environment`: somebody else runs it, and it is left alone. */
  readonly origin: 'environment' | 'machine' | 'cache';
  readonly uiUrl?: string;
  /** The one of the moment; absent where somebody else runs the server, like `restart`. */
  readonly process?: ManagedProcess;
  /** Starts the server again on the same address and data, ending what still runs of it. */
  restart?(): Promise<void>;
}

export interface StackOptions {
  /** Data and logs. */
  readonly stateDir: string;
  /** Where the search for free ports begins; the usual ports unless `ephemeral`. */
  readonly ports?: Partial<StackPorts>;
  readonly parts?: readonly StackPart[];
  /** Thrown away when stopped, data included; on ports that are in nobody's way. */
  readonly ephemeral?: boolean;
  /** Servers write as they do where data counts, though it is thrown away in the end. */
  readonly durable?: boolean;
  readonly kafkaAlias?: KafkaAlias;
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  /** The caller's, who then closes it; the stack has one of its own otherwise. */
  readonly supervisor?: Supervisor;
}

export interface Stack {
  /** KAFKA_BROKERS, TEMPORAL_ADDRESS, TEMPORAL_UI_URL and, where there is a Redis, REDIS_URL. */
  readonly env: Readonly<Record<string, string>>;
  readonly parts: readonly RunningPart[];
  /** Starts further processes that end with the stack. */
  readonly supervisor: Supervisor;
  /** Settles with the reason when a server ends that nobody stopped. */
  readonly died: Promise<VecinoError>;
  stop(): Promise<void>;
}

interface Start {
  readonly stateDir: string;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** The stack's folder goes with it. */
  readonly ephemeral: boolean;
  /** Servers need not care what becomes of their data. */
  readonly careless: boolean;
  readonly kafkaAlias: KafkaAlias | undefined;
  readonly supervisor: Supervisor;
  readonly ownsSupervisor: boolean;
  /** A port for that server which no other start of this stack was given. */
  port(of: keyof StackPorts): Promise<number>;
}

const ENVIRONMENT_ANSWERS_WITHIN_MS = 10_000;

/**
 * Starts Kafka, Temporal and Redis side by side, or finds them in the environment, and returns when each has answered.
 * Whatever was started is ended again when a part fails, when `stop` is called, or when this process ends in any way.
 * @throws VecinoError with a DevstackFault.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const start = prepareStart(options);
  const wanted = new Set(options.parts ?? STACK_PARTS);
  if (start.ephemeral) start.supervisor.sweep(start.stateDir);
  try {
    const results = await Promise.allSettled(
      STACK_PARTS.filter((part) => wanted.has(part)).map((part) => STARTERS[part](start)),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const parts = results.flatMap((result) =>
      result.status === 'fulfilled' && result.value !== undefined ? [result.value] : [],
    );
    return runningStack(start, parts);
  } catch (error) {
    await cleanUp(start);
    throw error;
  }
}

async function cleanUp(start: Start): Promise<void> {
  if (start.ownsSupervisor) await start.supervisor.close();
  if (start.ephemeral && start.ownsSupervisor) await rm(start.stateDir, { recursive: true, force: true });
}

function prepareStart(options: StackOptions): Start {
  const ephemeral = options.ephemeral ?? false;
  const wanted = { ...(ephemeral ? scatteredPorts() : USUAL_PORTS), ...options.ports };
  const reserved = new Set<number>();
  const env = options.env ?? process.env;
  return {
    stateDir: options.stateDir,
    cache: cacheDir(env),
    env,
    progress: options.progress ?? silentProgress,
    ephemeral,
    careless: ephemeral && options.durable !== true,
    kafkaAlias: options.kafkaAlias,
    supervisor: options.supervisor ?? new Supervisor(),
    ownsSupervisor: options.supervisor === undefined,
    port: (of) => choosePort(wanted[of], reserved),
  };
}

const STARTERS: Readonly<Record<StackPart, (start: Start) => Promise<RunningPart | undefined>>> = {
  kafka: kafkaPart,
  temporal: temporalPart,
  redis: redisPart,
};

async function kafkaPart(start: Start): Promise<RunningPart> {
  const given = start.env['KAFKA_BROKERS'];
  if (given) {
    await answersAt('KAFKA_BROKERS', given, kafkaClusterId(given.split(','), ENVIRONMENT_ANSWERS_WITHIN_MS));
    return { name: 'kafka', address: given, origin: 'environment' };
  }
  const installation = await prepareKafka(start.cache, start.progress, start.env);
  return start.progress.step('Kafka', (detail) =>
    racingForPorts(async () => {
      const [brokerPort, controllerPort] = [await start.port('kafka'), await start.port('kafkaController')];
      const address = `${LOOPBACK}:${brokerPort}`;
      detail(address);
      const { dir, logPath } = placeOf(start, 'kafka');
      const place = {
        dir,
        logPath,
        brokerPort,
        controllerPort,
        ephemeral: start.careless,
        ...(start.kafkaAlias && { alias: start.kafkaAlias }),
      };
      const run = () => startKafka(start.supervisor, installation, place, start.env);
      return restartable({ name: 'kafka', address, origin: installation.origin }, await run(), run);
    }),
  );
}

async function temporalPart(start: Start): Promise<RunningPart> {
  const named = namedTemporal(start.env);
  if (named !== undefined) {
    const { variable, address, options } = named;
    await answersAt(variable, address, greetTemporal(address, ENVIRONMENT_ANSWERS_WITHIN_MS, options));
    const uiUrl = start.env['TEMPORAL_UI_URL'];
    return { name: 'temporal', address, origin: 'environment', ...(uiUrl ? { uiUrl } : {}) };
  }
  const installation = await prepareTemporal(start.cache, start.progress, start.env);
  return start.progress.step('Temporal', (detail) =>
    racingForPorts(async () => {
      const [port, uiPort] = [await start.port('temporal'), await start.port('temporalUi')];
      const address = `${LOOPBACK}:${port}`;
      detail(address);
      const place = { ...placeOf(start, 'temporal'), port, uiPort, ephemeral: start.careless };
      const run = () => startTemporal(start.supervisor, installation.path, place, start.env);
      const uiUrl = `http://${LOOPBACK}:${uiPort}`;
      return restartable({ name: 'temporal', address, origin: installation.origin, uiUrl }, await run(), run);
    }),
  );
}

async function redisPart(start: Start): Promise<RunningPart | undefined> {
  const given = start.env['REDIS_URL'];
  if (given) {
    const { hostname, port } = new URL(given);
    const answer = pingRedis(Number(port || 6379), ENVIRONMENT_ANSWERS_WITHIN_MS, hostname);
    if (!given.startsWith('rediss:') && !(await answer)) throw silentPart('REDIS_URL', given);
    return { name: 'redis', address: given, origin: 'environment' };
  }
  const installation = await prepareRedis(start.cache, start.progress, start.env);
  if (installation === undefined) return undefined;
  return start.progress.step('Redis', (detail) =>
    racingForPorts(async () => {
      const port = await start.port('redis');
      const address = `redis://${LOOPBACK}:${port}`;
      detail(address);
      const place = { ...placeOf(start, 'redis'), port, ephemeral: start.careless };
      const run = () => startRedis(start.supervisor, installation, place, start.env);
      return restartable({ name: 'redis', address, origin: installation.origin }, await run(), run);
    }),
  );
}

function restartable(
  part: Omit<RunningPart, 'process' | 'restart'>,
  first: ManagedProcess,
  run: () => Promise<ManagedProcess>,
): RunningPart {
  let current = first;
  return {
    ...part,
    get process() {
      return current;
    },
    async restart() {
      await current.stop();
      current = await run();
    },
  };
}

const placeOf = (start: Start, part: StackPart) => ({
  dir: join(start.stateDir, part),
  logPath: join(start.stateDir, 'logs', `${part}.log`),
});

const silentPart = (variable: string, address: string, cause?: unknown) =>
  devstackError(
    'PART_UNREACHABLE',
    `${variable} says ${address}, and nobody answers there: start that server, or unset ${variable} to have one started`,
    cause,
  );

const answersAt = (variable: string, address: string, answer: Promise<string>): Promise<string> =>
  answer.catch((cause: unknown) => {
    throw silentPart(variable, address, cause);
  });

function runningStack(start: Start, parts: readonly RunningPart[]): Stack {
  let stopping = false;
  const died = new Promise<VecinoError>((resolve) => {
    for (const { process } of parts)
      void process?.exited.then((exit) => stopping || resolve(process.died(exit)));
  });
  return {
    env: environmentOf(parts, start.env),
    parts,
    supervisor: start.supervisor,
    died,
    async stop() {
      stopping = true;
      await Promise.all(parts.map(({ process }) => process?.stop()));
      await cleanUp(start);
    },
  };
}

function environmentOf(parts: readonly RunningPart[], outside: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {};
  for (const part of parts) {
    switch (part.name) {
      case 'kafka':
        env['KAFKA_BROKERS'] = part.address;
        break;
      case 'temporal':
        if (part.process !== undefined) Object.assign(env, withoutTemporalSettings(outside));
        env['TEMPORAL_ADDRESS'] = part.address;
        if (part.uiUrl !== undefined) env['TEMPORAL_UI_URL'] = part.uiUrl;
        break;
      case 'redis':
        env['REDIS_URL'] = part.address;
        break;
    }
  }
  return env;
}

/** Profile, key and certificates of another Temporal must not be shown to a server that was started here; empty counts as unset. */
const withoutTemporalSettings = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.keys(env)
      .filter((name) => /^TEMPORAL_(API_KEY|TLS|CONFIG_FILE|PROFILE|NAMESPACE|GRPC_META)/.test(name))
      .map((name) => [name, '']),
  );
