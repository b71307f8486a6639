import { VecinoError } from '@vecino/foundation';
import {
  createLogger,
  isRecording,
  type Logger,
  type LoggerConfig,
  type LogLevel,
  startTelemetry,
  type Tracing,
} from '@vecino/telemetry';
import { closeInTime } from './close-in-time.js';
import { type Crashes, type Crashing, listenForCrashes } from './crashes.js';
import { type EndSignals, listenForEnd, type Signalled } from './end-signals.js';
import { EXIT_CODES, type ExitCode, exitCodeOf, NEXT_STEPS } from './exit-codes.js';
import { Health } from './health.js';
import type { HealthAddress } from './health-address.js';
import type { MetricsSettings } from './metrics-settings.js';
import { observeHealth } from './observe-health.js';
import { serveHealth } from './serve-health.js';
import { serveMetrics } from './serve-metrics.js';
import type { Endpoint } from './serve-paths.js';
import type { Service } from './service.js';

/** What every service's configuration says. */
export interface ServiceConfig {
  readonly logLevel: LogLevel;
  /** Health is served nowhere where there is none. */
  readonly healthAddress?: HealthAddress;
  readonly metrics?: MetricsSettings;
}

export type ParsedConfig<Config> =
  | { readonly ok: true; readonly config: Config }
  /** All faults at once, each naming its variable. */
  | { readonly ok: false; readonly faults: readonly string[] };

export interface ServiceParts<Config> {
  readonly config: Config;
  readonly logger: Logger;
  /** Absent when no spans are exported. */
  readonly tracing?: Tracing;
  /** A terminal, where there is one. */
  readonly print?: (text: string) => void;
}

/** How a service is made. */
export interface ServiceRecipe<Config extends ServiceConfig> {
  /** Such as `ingest`. */
  readonly name: string;
  parseConfig(env: NodeJS.ProcessEnv): ParsedConfig<Config>;
  create(parts: ServiceParts<Config>): Service;
  /** From the signal to the end; `STOP_WITHIN_MS` unless given. */
  readonly stopWithinMs?: (config: Config) => number;
}

/** The part of `process` that is needed. */
export type OwnProcess = Signalled &
  Crashing & {
    readonly env: NodeJS.ProcessEnv;
    readonly stdout: { readonly isTTY?: boolean; write(text: string): unknown };
  };

/** Below the 30 s after which Kubernetes kills. */
export const STOP_WITHIN_MS = 28_000;
/** After a fault that nobody caught, what is measured and traced is handed over for so long and no longer: the rest goes on meanwhile. */
const CRASH_FLUSH_MS = 500;

/**
 * The life of a service's process: configuration, start, health, and at the first SIGTERM or SIGINT the end in order. Resolves
 * with the code to exit with, at the latest when the time for the end is over, or soon after a fault that nobody caught, or at
 * once when told a second time, whatever is still open. Logs to standard output, unless `destination` is another place.
 */
export async function runService<Config extends ServiceConfig>(
  own: OwnProcess,
  recipe: ServiceRecipe<Config>,
  destination?: LoggerConfig['destination'],
): Promise<ExitCode> {
  const parsed = recipe.parseConfig(own.env);
  const logger = createLogger({
    service: recipe.name,
    level: parsed.ok ? parsed.config.logLevel : 'error',
    pretty: own.stdout.isTTY === true,
    colors: !own.env['NO_COLOR'],
    ...(destination && { destination }),
  });
  if (parsed.ok) return new Life(own, recipe, parsed.config, logger).run();
  const exitCode = EXIT_CODES.misconfigured;
  logger.error(
    { code: 'MISCONFIGURED', faults: parsed.faults, exit_code: exitCode, next: NEXT_STEPS[exitCode] },
    'the configuration is at fault: nothing is started',
  );
  return exitCode;
}

class Life<Config extends ServiceConfig> {
  readonly #own: OwnProcess;
  readonly #recipe: ServiceRecipe<Config>;
  readonly #config: Config;
  readonly #logger: Logger;
  readonly #told: EndSignals;
  readonly #crashes: Crashes;
  #flush: () => Promise<void> = () => Promise.resolve();
  #service: Service | undefined;
  #health: Health | undefined;
  #scrape: (() => Promise<string>) | undefined;
  #endpoint: Endpoint | undefined;
  #metricsEndpoint: Endpoint | undefined;

  constructor(own: OwnProcess, recipe: ServiceRecipe<Config>, config: Config, logger: Logger) {
    this.#own = own;
    this.#recipe = recipe;
    this.#config = config;
    this.#logger = logger;
    this.#told = listenForEnd(own);
    this.#crashes = listenForCrashes(own, logger);
  }

  async run(): Promise<ExitCode> {
    try {
      const code = await Promise.race([this.#liveAndEnd(), this.#crash()]);
      return this.#crashes.count() > 0 ? EXIT_CODES.fault : code;
    } finally {
      this.#health?.end();
      this.#endpoint?.close();
      this.#metricsEndpoint?.close();
      this.#told.ignore();
      this.#crashes.ignore();
    }
  }

  async #liveAndEnd(): Promise<ExitCode> {
    const lived = await this.#live();
    const ended = await this.#end();
    return lived === EXIT_CODES.inOrder ? ended : lived;
  }

  /** Resolves after a fault that nobody caught. Nothing is ended in order: nobody knows what still holds. */
  async #crash(): Promise<ExitCode> {
    await this.#crashes.first;
    this.#health?.stopping();
    await closeInTime(this.#logger, CRASH_FLUSH_MS, { telemetry: this.#flush });
    return EXIT_CODES.fault;
  }

  /** Resolves when it is to end: it was told to, or could not start. */
  async #live(): Promise<ExitCode> {
    const { name } = this.#recipe;
    try {
      const service = this.#create();
      const health = new Health({ service: name, checks: service.checks, pulses: service.pulses });
      this.#health = health;
      observeHealth(health);
      await this.#serveHealth(health);
      await this.#serveMetrics();
      await Promise.race([this.#start(service, health), this.#told.first]);
      await this.#told.first;
      return EXIT_CODES.inOrder;
    } catch (err) {
      const exitCode = exitCodeOf(err);
      const code = err instanceof VecinoError ? err.code : 'UNEXPECTED';
      this.#logger.error({ err, code, exit_code: exitCode, next: NEXT_STEPS[exitCode] }, 'cannot start');
      return exitCode;
    }
  }

  #create(): Service {
    const { stdout, env } = this.#own;
    const { name } = this.#recipe;
    const logger = this.#logger;
    const { address, maxTenants } = this.#config.metrics ?? {};
    const { tracing, scrape, shutdown } = startTelemetry({
      serviceName: `vecino-${name}`,
      env,
      logger,
      ...(maxTenants !== undefined && { metrics: { scraped: address !== undefined, maxTenants } }),
    });
    this.#flush = shutdown;
    this.#scrape = scrape;
    this.#service = this.#recipe.create({
      config: this.#config,
      logger,
      ...(tracing && { tracing }),
      ...(stdout.isTTY === true && { print: (text: string) => void stdout.write(text) }),
    });
    return this.#service;
  }

  async #serveHealth(health: Health): Promise<void> {
    const { healthAddress } = this.#config;
    if (healthAddress === undefined && !isRecording()) return;
    if (healthAddress !== undefined) {
      this.#endpoint = await serveHealth(healthAddress, health);
      this.#logger.info({ health_address: this.#endpoint.address }, 'serves its health');
    }
    health.begin();
  }

  async #serveMetrics(): Promise<void> {
    const { address } = this.#config.metrics ?? {};
    if (address === undefined || this.#scrape === undefined) return;
    this.#metricsEndpoint = await serveMetrics(address, this.#scrape);
    this.#logger.info({ metrics_address: this.#metricsEndpoint.address }, 'serves its metrics');
  }

  async #start(service: Service, health: Health): Promise<void> {
    const facts = await service.start();
    if (this.#told.count() > 0) return;
    health.started();
    const addresses = {
      ...(this.#endpoint && { health_address: this.#endpoint.address }),
      ...(this.#metricsEndpoint && { metrics_address: this.#metricsEndpoint.address }),
    };
    this.#logger.info({ ...facts, ...addresses }, 'ready');
  }

  async #end(): Promise<ExitCode> {
    const limitMs = this.#recipe.stopWithinMs?.(this.#config) ?? STOP_WITHIN_MS;
    this.#health?.stopping();
    this.#logger.info({ limit_ms: limitMs }, 'stopping');
    const begun = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<'over'>((resolve) => {
      timer = setTimeout(() => resolve('over'), limitMs);
    });
    const again = this.#told.second.then(() => 'again' as const);
    const end = await Promise.race([this.#stop(), over, again]);
    clearTimeout(timer);
    const after = { after_ms: Math.round(performance.now() - begun) };
    switch (end) {
      case 'in-order':
        this.#logger.info(after, 'stopped');
        return EXIT_CODES.inOrder;
      case 'abandoned':
        this.#logger.warn(after, 'stopped, and had to abandon something');
        return EXIT_CODES.cutOff;
      case 'over':
        this.#logger.warn(
          { ...after, limit_ms: limitMs },
          'the time to stop is over: the process is cut off',
        );
        return EXIT_CODES.cutOff;
      case 'again':
        this.#logger.warn(after, 'told to stop a second time: the process is cut off');
        return EXIT_CODES.toldTwice;
    }
  }

  async #stop(): Promise<'in-order' | 'abandoned'> {
    try {
      await this.#service?.stop();
      return 'in-order';
    } catch (err) {
      this.#logger.warn({ err }, 'something did not end in order');
      return 'abandoned';
    } finally {
      await this.#flush();
    }
  }
}
