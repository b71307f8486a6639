import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { activeLogFields } from './log-context.js';
import { redactError, redactFields, redactText } from './redact.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields of one log line. An error goes under `err`, so that its code, data and causes are written too. */
export interface LogFields {
  readonly tenant_id?: string;
  readonly router_id?: string;
  readonly deployment_id?: string;
  readonly err?: unknown;
  readonly [field: string]: unknown;
}

export interface Logger {
  debug(fields: LogFields, msg: string): void;
  info(fields: LogFields, msg: string): void;
  warn(fields: LogFields, msg: string): void;
  error(fields: LogFields, msg: string): void;
  /** A logger that writes `fields` with each of its lines. */
  child(fields: LogFields): Logger;
}

export interface LoggerConfig {
  readonly service: string;
  readonly level: LogLevel;
  /** For people at a terminal; otherwise one JSON object per line. */
  readonly pretty?: boolean;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

/** Secrets are left out of every line, its errors and its text. Lines carry the fields of `withLogFields`, and `trace_id` and `span_id` of the span that is active when they are written. */
export function createLogger(config: LoggerConfig): Logger {
  const options: LoggerOptions = {
    level: config.level,
    base: { service: config.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: redactFields,
    },
    serializers: { err: errorOf },
    mixin: () => ({ ...activeLogFields(), ...activeTrace() }),
  };
  return wrap(pino(options, destinationOf(config)));
}

/** For tests and for callers that want no output. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

function destinationOf(config: LoggerConfig): DestinationStream {
  const destination = config.destination ?? pino.destination({ fd: 1, sync: true });
  if (config.pretty !== true) return destination;
  const pretty = prettyFactory({ colorize: config.destination === undefined, ignore: 'service' });
  return { write: (line) => destination.write(pretty(line) ?? '') };
}

function activeTrace(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSpanContextValid(span)
    ? { trace_id: span.traceId, span_id: span.spanId }
    : {};
}

/** What was thrown need not be an error. */
const errorOf = (error: unknown): unknown => (error instanceof Error ? redactError(error) : error);

function wrap(target: PinoLogger): Logger {
  return {
    // There are many, and mostly nobody wants them.
    debug: (fields, msg) => {
      if (target.isLevelEnabled('debug')) target.debug(fields, redactText(msg));
    },
    info: (fields, msg) => target.info(fields, redactText(msg)),
    warn: (fields, msg) => target.warn(fields, redactText(msg)),
    error: (fields, msg) => target.error(fields, redactText(msg)),
    child: (fields) => wrap(target.child(redactFields(fields))),
  };
}
