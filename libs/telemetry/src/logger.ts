import { isSpanContextValid, trace } from '@opentelemetry/api';
import { redactText } from '@vecino/foundation';
import { pino, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { activeLogFields } from './log-context.js';
import { redactFields } from './redact.js';

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
  /** Colours in what is for people. Default: none. */
  readonly colors?: boolean;
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
    },
    // It is plain by then: pino would take it for an error once more.
    serializers: { err: (error: unknown) => error },
    mixin: () => ({ ...redactFields(activeLogFields()), ...activeTrace() }),
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
  const pretty = prettyFactory({ colorize: config.colors === true, ignore: 'service' });
  return { write: (line) => destination.write(pretty(line) ?? '') };
}

function activeTrace(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSpanContextValid(span)
    ? { trace_id: span.traceId, span_id: span.spanId }
    : {};
}

/** pino gets plain fields only: it reads what it is given, and what throws there would cost the line. */
function wrap(target: PinoLogger): Logger {
  const write =
    (level: LogLevel) =>
    (fields: LogFields, msg: string): void => {
      if (target.isLevelEnabled(level)) target[level](redactFields(fields), redactText(msg));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(target.child(redactFields(fields))),
  };
}
