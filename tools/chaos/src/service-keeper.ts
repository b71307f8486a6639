import { type Violation } from '@vecino/audit';
import { type Exit, type Service } from '@vecino/devstack';

/** A service that ended though nobody had asked it to. */
export interface Crash {
  readonly service: string;
  /** Milliseconds since the Unix epoch, when it was seen. */
  readonly at: number;
  readonly exit: Exit;
  /** The end of its log. */
  readonly lastLines: readonly string[];
}

const LINES = 20;

/** Starts services again that have crashed, as what runs them in production would, and keeps account of it. */
export class ServiceKeeper {
  readonly #services: readonly Service[];
  readonly #crashes: Crash[] = [];
  readonly #restarting = new Set<string>();
  readonly #counted = new WeakSet<Service['process']>();

  constructor(services: readonly Service[]) {
    this.#services = services;
  }

  get crashes(): readonly Crash[] {
    return this.#crashes;
  }

  async look(): Promise<void> {
    await Promise.all(this.#services.map((service) => this.#lookAt(service)));
  }

  async #lookAt(service: Service): Promise<void> {
    const { name, process } = service;
    if (process.exit === undefined || !isCrash(process.exit) || this.#restarting.has(name)) return;
    this.#restarting.add(name);
    // Until a restart has succeeded it is still the process that crashed.
    if (!this.#counted.has(process)) {
      this.#counted.add(process);
      const lastLines = process.wholeOutput().trimEnd().split('\n').slice(-LINES);
      this.#crashes.push({ service: name, at: Date.now(), exit: process.exit, lastLines });
    }
    // What cannot start now is tried again at the next look.
    await service.restart().catch(() => undefined);
    this.#restarting.delete(name);
  }
}

/** Work given up, and a second signal: how a service may end that was told to. */
const TOLD_TO_END: readonly (number | null)[] = [0, 3, 4];

/** Faults end services by SIGKILL and SIGTERM only. */
export const isCrash = ({ code, signal }: Exit): boolean =>
  signal === null ? !TOLD_TO_END.includes(code) : signal !== 'SIGKILL' && signal !== 'SIGTERM';

export const crashViolation = (crash: Crash): Violation => ({
  invariant: 'I13',
  subject: crash.service,
  text: `ended by itself with ${crash.exit.signal ?? `exit code ${crash.exit.code}`}`,
  records: [crash],
});
