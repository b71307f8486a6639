/** One reason why nothing was done. */
export interface RefusedFault {
  /** For machines; docs/cli.md has all. */
  readonly code: string;
  /** For people: what is wrong, and where. */
  readonly text: string;
  /** What to do; where it is empty the text says it. */
  readonly next: string;
}

/** A command was understood and is not carried out; nothing has changed. */
export class Refusal extends Error {
  readonly faults: readonly RefusedFault[];

  constructor(faults: readonly RefusedFault[]) {
    super(faults.map(({ text }) => text).join('\n'));
    this.faults = faults;
  }
}

export const refusal = (code: string, text: string, next: string): Refusal =>
  new Refusal([{ code, text, next }]);

/** Options that make no sense, or not together. */
export const usage = (text: string): Refusal => refusal('USAGE', text, '');
