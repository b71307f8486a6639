import { DEAD_LETTER_HEADERS, headerText } from '@vecino/contracts';
import { type TailRecord } from '@vecino/messaging';

/** How any command may be answered, whatever it is about. */
export type CommonAnswer =
  /** The command became a dead letter. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'silence'; readonly afterMs: number };

export interface SentCommand {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly commandId: string;
  readonly value: Buffer;
}

/** Whether a dead letter is the command's, byte for byte. */
export function answerOfDeadLetter(
  { value }: SentCommand,
  letter: Pick<TailRecord, 'value' | 'headers'>,
): CommonAnswer | undefined {
  if (letter.value === null || !letter.value.equals(value)) return undefined;
  const code = headerText(letter.headers, DEAD_LETTER_HEADERS.code) ?? '';
  const text = headerText(letter.headers, DEAD_LETTER_HEADERS.text) ?? '';
  return { kind: 'refused', code, text };
}
