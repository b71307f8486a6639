import { type DeadLetter } from './dead-letter.js';
import { deploymentOfContent, type LetterContent, tenantOfContent } from './letter-content.js';

/** What can become of a letter that is sent once more, unchanged. */
export type Outlook =
  | { readonly kind: 'may-succeed' }
  /** The record itself is at fault: it succeeds only where it is judged otherwise than before. */
  | { readonly kind: 'same-fault'; readonly text: string }
  /** It would be ignored or refused, whatever was mended. */
  | { readonly kind: 'used-up'; readonly text: string };

/** Pure. */
export function outlookOf(letter: Pick<DeadLetter, 'code' | 'text'>, content: LetterContent): Outlook {
  const tenant = tenantOfContent(content);
  const deployment = deploymentOfContent(content);
  switch (letter.code) {
    case 'ID_REUSED':
      return usedUp(
        'its id belongs to another order, also when it comes again: send it with an id of its own',
      );
    case 'UNKNOWN_DEPLOYMENT':
    case 'NOT_QUARANTINED':
      return usedUp(
        `the gate has answered this command and ignores it when it comes again: give it anew (./vecino ${actionOf(content)} ${deployment ?? 'DEPLOYMENT'})`,
      );
    case 'ROUTER_OUTSIDE_NETWORKS':
      return deployment === undefined
        ? { kind: 'may-succeed' }
        : usedUp(
            `deployment ${deployment} was REJECTED with it, and an id is used once: ./vecino retry ${deployment} --tenant ${tenant ?? 'TENANT'} sends it with a new one`,
          );
    case 'MALFORMED':
    case 'EMPTY_VALUE':
    case 'OVERSIZE':
    case 'INVALID_FIELD':
      return { kind: 'same-fault', text: `the record itself is at fault: ${letter.text}` };
    default:
      return { kind: 'may-succeed' };
  }
}

const usedUp = (text: string): Outlook => ({ kind: 'used-up', text });

const actionOf = (content: LetterContent): string =>
  content.kind === 'command' && content.command.action === 'UNLOCK' ? 'unlock' : 'cancel';
