import { type CommandContext } from './command.js';
import { type OutputFormat } from './output-option.js';

/** Exit code of a command that did nothing because it must not, or was misused. */
export const REFUSED = 2;

/** One reason why nothing was done. */
export interface RefusedFault {
  /** For machines; from docs/tenants.md. */
  readonly code: string;
  /** For people: what is wrong, where, and what to do. */
  readonly text: string;
}

/** A command was understood and is not carried out; nothing has changed. */
export class Refusal extends Error {
  readonly faults: readonly RefusedFault[];

  constructor(faults: readonly RefusedFault[]) {
    super(faults.map(({ text }) => text).join('\n'));
    this.faults = faults;
  }
}

export const refusal = (code: string, text: string): Refusal => new Refusal([{ code, text }]);

/** Runs a command; a refusal becomes exit code 2, its sentences on stderr or, for machines, `{ ok: false, refused }` on stdout. */
export async function reportingRefusals(
  { exit }: CommandContext,
  output: OutputFormat,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (output === 'json') console.log(JSON.stringify({ ok: false, refused: error.faults }, null, 2));
    else for (const { text } of error.faults) console.error(`refused: ${text}`);
    exit(REFUSED);
  }
}
