import { INSTALL_ERROR_TYPES } from '@vecino/upgrade';
import { z } from 'zod';

/** How often the fault strikes before the router behaves again. */
const times = z.int().min(1).default(1);

/** What a router can be told to do wrong. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('install-error'),
    type: z.enum(INSTALL_ERROR_TYPES),
    detail: z.string().default('injected'),
    /** The specification ends the stream without an error after the message; many targets send both. */
    alsoRpcError: z.boolean().default(false),
    times,
  }),
  /** The connection breaks once this many bytes have been received. */
  z.strictObject({ kind: z.literal('drop-stream'), atByte: z.int().min(0), times }),
  /** The connection breaks instead of a reply to Reboot; `reboots` says whether the router reboots all the same. */
  z.strictObject({ kind: z.literal('reboot-lost-reply'), reboots: z.boolean(), times }),
  /** The router goes away and stays away until it is powered on through the control. */
  z.strictObject({ kind: z.literal('reboot-never-returns'), times }),
]);

export type FaultSettings = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];

/** Faults that still have to strike, oldest first within a kind. */
export class FaultPlan {
  #faults: Fault[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults.map((fault) => ({ ...fault }));
  }

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that strikes now, used up by one; undefined when the router is to behave. */
  take<Kind extends FaultKind>(kind: Kind): Extract<Fault, { kind: Kind }> | undefined {
    const fault = this.#faults.find((one): one is Extract<Fault, { kind: Kind }> => one.kind === kind);
    if (fault === undefined) return undefined;
    fault.times -= 1;
    if (fault.times === 0) this.#faults = this.#faults.filter((one) => one !== fault);
    return fault;
  }
}
