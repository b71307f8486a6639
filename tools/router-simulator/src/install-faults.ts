import type { ArmedFault, FaultPlan } from './fault-plan.js';
import type { FaultKind, FaultOf } from './fault.js';

/** Faults of one transfer. Each counts as having struck only once its moment has come. */
export class InstallFaults {
  readonly #drop: ArmedFault<'drop-stream'> | undefined;
  readonly #hang: ArmedFault<'hang-install'> | undefined;
  readonly #slow: ArmedFault<'slow-disk'> | undefined;
  readonly #midError: ArmedFault<'install-error'> | undefined;
  readonly #plan: FaultPlan;
  readonly #on: 'active' | 'standby';
  #hung = false;
  #slowed = false;

  constructor(plan: FaultPlan, on: 'active' | 'standby') {
    this.#plan = plan;
    this.#on = on;
    this.#drop = plan.arm('drop-stream');
    this.#hang = plan.arm('hang-install');
    this.#slow = plan.arm('slow-disk');
    this.#midError = plan.arm('install-error', (fault) => this.#here(fault) && fault.atByte !== undefined);
  }

  /** The error to answer the request with. */
  static atRequest(plan: FaultPlan, on: 'active' | 'standby'): FaultOf<'install-error'> | undefined {
    return plan.take(
      'install-error',
      (fault) => (fault.on ?? on) === on && fault.atByte === undefined && !fault.afterEnd,
    );
  }

  /** Whether the connection breaks now that `bytes` have arrived. */
  drops(bytes: number): boolean {
    return struckAt(this.#drop, bytes) !== undefined;
  }

  errorAt(bytes: number): FaultOf<'install-error'> | undefined {
    return struckAt(this.#midError, bytes);
  }

  /** Milliseconds to fall silent for, Infinity for ever; 0 to go on. */
  hangMs(bytes: number): number {
    if (this.#hung) return 0;
    const hang = struckAt(this.#hang, bytes);
    this.#hung = hang !== undefined;
    return hang === undefined ? 0 : (hang.forMs ?? Infinity);
  }

  /** Milliseconds it takes to write so many bytes. */
  writeMs(bytes: number): number {
    if (this.#slow === undefined) return 0;
    if (!this.#slowed) this.#slow.strike();
    this.#slowed = true;
    return (bytes / 1024 ** 2) * this.#slow.fault.msPerMiB;
  }

  hangAfterEndMs(): number {
    const hang = this.#plan.take('hang-after-end');
    return hang === undefined ? 0 : (hang.forMs ?? Infinity);
  }

  errorAfterEnd(): FaultOf<'install-error'> | undefined {
    return this.#plan.take('install-error', (fault) => this.#here(fault) && fault.afterEnd);
  }

  #here({ on }: FaultOf<'install-error'>): boolean {
    return on === undefined || on === this.#on;
  }
}

/** The fault, if its byte has come; it strikes with that. */
function struckAt<Kind extends FaultKind>(
  armed: (ArmedFault<Kind> & { readonly fault: { readonly atByte?: number | undefined } }) | undefined,
  bytes: number,
): FaultOf<Kind> | undefined {
  if (armed === undefined || bytes < (armed.fault.atByte ?? 0)) return undefined;
  armed.strike();
  return armed.fault;
}
