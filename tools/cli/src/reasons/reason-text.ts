import { type ReasonCode } from '@vecino/foundation';

/** What docs/errors.md says of a reason, one sentence or a few each, in Markdown. */
export interface ReasonText {
  readonly happened: string;
  /** What happens by itself. */
  readonly follows?: string;
  /** Terminal states that a deployment ends in with it. */
  readonly terminal?: string;
  readonly todo: string;
}

/** A table of the page: some reasons, each with these of its texts. */
export type ReasonTexts<Column extends keyof ReasonText> = Readonly<
  Partial<Record<ReasonCode, Readonly<Record<Column, string>>>>
>;
