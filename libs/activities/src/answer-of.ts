import type { ReasonCode } from '@vecino/foundation';
import { classifyCallFault, type Answer } from '@vecino/upgrade';
import { DeviceFault } from './device-fault.js';

/** The reply. Throws a `DeviceFault` where there is none; `code` is its reason where the router did answer. */
export function answerOf<T>(call: string, answer: Answer<T>, code: ReasonCode): T {
  if (answer.kind === 'answer') return answer;
  throw new DeviceFault(classifyCallFault(call, answer, code));
}
