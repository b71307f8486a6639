import type { Fault, FaultKind, FaultOf } from './fault.js';

/** A fault that will strike if what it waits for happens. */
export interface ArmedFault<Kind extends FaultKind> {
  readonly fault: FaultOf<Kind>;
  /** It has had its effect. */
  strike(): void;
}

/** Faults that still have to strike, oldest first within a kind, and how often each kind has. */
export class FaultPlan {
  #faults: Fault[];
  readonly #random: () => number;
  readonly #struck = new Map<FaultKind, number>();

  /** `random` decides where a fault strikes with a probability; numbers in [0, 1). */
  constructor(faults: readonly Fault[], random: () => number) {
    this.#faults = faults.map((fault) => ({ ...fault }));
    this.#random = random;
  }

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults = [];
  }

  /** With what is left of `times` and `skip`. */
  list(): readonly Fault[] {
    return this.#faults.map((fault) => ({ ...fault }));
  }

  /** How often faults of each kind had an effect; kinds that never had are left out. */
  struck(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(this.#struck);
  }

  /** The fault that this opportunity belongs to; it is used up when it strikes. */
  arm<Kind extends FaultKind>(
    kind: Kind,
    applies: (fault: FaultOf<Kind>) => boolean = () => true,
  ): ArmedFault<Kind> | undefined {
    const fault = this.#faults.find(
      (one): one is FaultOf<Kind> => one.kind === kind && applies(one as FaultOf<Kind>),
    );
    if (fault === undefined) return undefined;
    if (fault.skip > 0) {
      fault.skip -= 1;
      return undefined;
    }
    if (fault.probability < 1 && this.#random() >= fault.probability) return undefined;
    return { fault, strike: () => this.#strike(fault) };
  }

  /** The fault that strikes now, used up by one; undefined when the router is to behave. */
  take<Kind extends FaultKind>(
    kind: Kind,
    applies?: (fault: FaultOf<Kind>) => boolean,
  ): FaultOf<Kind> | undefined {
    const armed = this.arm(kind, applies);
    armed?.strike();
    return armed?.fault;
  }

  #strike(fault: Fault): void {
    this.#struck.set(fault.kind, (this.#struck.get(fault.kind) ?? 0) + 1);
    fault.times -= 1;
    if (fault.times === 0) this.#faults = this.#faults.filter((one) => one !== fault);
  }
}
