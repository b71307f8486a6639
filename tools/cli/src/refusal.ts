import { type ReasonCode } from '@vecino/foundation';
import { type RefusalCode } from './refusal-codes.js';

/** One reason why nothing was done. */
export interface RefusedFault {
  /** For machines; docs/cli.md has all but the reasons, which docs/errors.md has. */
  readonly code: RefusalCode | ReasonCode;
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

export const refusal = (code: RefusedFault['code'], text: string, next: string): Refusal =>
  new Refusal([{ code, text, next }]);

/** Options that make no sense, or not together. */
export const usage = (text: string): Refusal => refusal('USAGE', text, '');
