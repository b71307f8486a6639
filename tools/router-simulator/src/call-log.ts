import { closeSync, openSync, writeSync } from 'node:fs';

/** One call as the router saw it. Times in milliseconds since the Unix epoch, by the machine's clock. */
export interface CallRecord {
  readonly kind: 'call';
  readonly seq: number;
  readonly router_id: string;
  /** `package.Service/Method`. */
  readonly rpc: string;
  readonly start: number;
  readonly end: number;
  /** Common name of the client's certificate; null without TLS. */
  readonly peer: string | null;
  /** Whether the router did what it was asked to. */
  readonly accepted: boolean;
  /** gRPC status sent, or what became of the stream. */
  readonly status: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** Ordered over the network, by the router itself, or through the control. */
export type PowerCause = 'reboot' | 'crash' | 'power-off' | 'power-on';

/** The router went away or came back. */
export interface PowerRecord {
  readonly kind: 'down' | 'up';
  readonly seq: number;
  readonly router_id: string;
  readonly at: number;
  readonly cause: PowerCause;
  readonly running_version: string;
  readonly boot_time_ns: string;
}

export type LogRecord = CallRecord | PowerRecord;
type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never;

/**
 * What really happened, in order: JSON lines, each written before the reply leaves, so that the file is right whenever
 * either side is killed.
 */
export class CallLog {
  readonly #records: LogRecord[] = [];
  #file: number | undefined;
  #seq = 0;

  constructor(path?: string) {
    this.#file = path === undefined ? undefined : openSync(path, 'a');
  }

  write(record: WithoutSeq<LogRecord>): void {
    const complete: LogRecord = { ...record, seq: (this.#seq += 1) };
    this.#records.push(complete);
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(complete)}\n`);
  }

  records(): readonly LogRecord[] {
    return this.#records;
  }

  calls(routerId?: string): readonly CallRecord[] {
    return this.#records.filter(
      (record): record is CallRecord =>
        record.kind === 'call' && (routerId === undefined || record.router_id === routerId),
    );
  }

  /** What is logged later is kept in memory only. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
