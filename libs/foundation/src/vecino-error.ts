/** What happens after a fault: `retry` may succeed later, `terminal` never will. */
export type Disposition = 'retry' | 'terminal';

/**
 * An expected fault. `code` comes from a closed union of the throwing package; `data` is for machines and logs;
 * the message names what and where, and never repeats its cause.
 */
export class VecinoError<Code extends string = string> extends Error {
  override readonly name = 'VecinoError';
  readonly code: Code;
  readonly disposition: Disposition;
  readonly data: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: Code,
    message: string,
    options: {
      disposition: Disposition;
      data?: Record<string, string | number | boolean>;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.disposition = options.disposition;
    this.data = options.data ?? {};
  }
}
