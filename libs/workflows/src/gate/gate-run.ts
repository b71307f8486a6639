import { condition } from '@temporalio/workflow';
import type {
  Explanation,
  GateInput,
  GateReport,
  GateResult,
  SubmitBatch,
  SubmitCommand,
  TenantSettings,
} from '../api/gate-protocol.js';
import { EMPTY_CARRIED, type Carried } from './carried.js';
import { findState } from './find-state.js';
import { GateBook } from './gate-book.js';
import { GateInbox } from './gate-inbox.js';
import { reportOn } from './gate-report.js';
import { OpenGate } from './open-gate.js';

/** One run of a gate: everything between its start and its continue-as-new. */
export class GateRun {
  /** Without what it was handed, which may be large and is in the book. */
  readonly #input: Omit<GateInput, 'carried'>;
  readonly #startedFresh: boolean;
  readonly #inbox: GateInbox;
  #book: GateBook;
  /** Undefined while the gate still reads what its predecessor left behind. */
  #gate: OpenGate | undefined;

  constructor({ carried: handed, ...input }: GateInput) {
    const carried = handed as Carried | undefined;
    this.#input = input;
    this.#startedFresh = carried === undefined;
    this.#inbox = new GateInbox(carried?.inbox ?? []);
    this.#book = new GateBook(input.settings, carried ?? EMPTY_CARRIED);
  }

  receive(batch: SubmitBatch): void {
    this.#inbox.batches.push(batch);
    this.signalled();
  }

  command(command: SubmitCommand): void {
    this.#inbox.commands.push(command);
    this.signalled();
  }

  configure(settings: TenantSettings): void {
    this.#book.configure(settings);
    this.signalled();
  }

  explain(deploymentId: string): Explanation {
    if (this.#gate !== undefined) return this.#gate.explain(deploymentId);
    const sentence = `The gate still reads what its predecessor left behind: ask about ${deploymentId} again in a moment.`;
    return { state: 'unknown', sentence };
  }

  report(): GateReport {
    if (this.#gate !== undefined) return this.#gate.report();
    const standStill = { code: 'GATE_CLOSING' } as const;
    return reportOn(this.#book, { ready: false, hasTakenAll: this.#inbox.isEmpty, standStill });
  }

  /** Resolves when the gate has nothing to do in this namespace any more. */
  async live(): Promise<GateResult> {
    if (this.#startedFresh && (await this.begin()) === 'elsewhere') return { kind: 'forwarded' };
    const gate = new OpenGate(this.#input, this.#book, this.#inbox);
    this.#gate = gate;
    gate.attach();
    for (;;) {
      await condition(() => gate.dirty);
      const result = gate.step();
      if (result !== undefined) return result;
      if (gate.mustClose()) await gate.close();
    }
  }

  /** Where this gate's state lies: here, once it is in the book, or in another namespace. */
  private async begin(): Promise<'here' | 'elsewhere'> {
    const found = await findState(this.#book, this.#inbox);
    if (found === 'elsewhere') return 'elsewhere';
    const own = this.#book.settings;
    // Whoever started this gate may have been behind: what its predecessor had heard of holds.
    const settings =
      found.settings !== undefined && found.settings.revision > own.revision ? found.settings : own;
    this.#book = new GateBook(settings, found);
    return 'here';
  }

  private signalled(): void {
    this.#inbox.signals += 1;
    this.#gate?.changed();
  }
}
