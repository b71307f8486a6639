import type { AttributeValue, Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { isSecretName, REDACTED, redactText } from '@vecino/foundation';

/** Hands spans on without secrets in what they say: in attributes, in events such as exceptions, and in why they failed. */
export const redactSpans = (target: SpanProcessor): SpanProcessor => ({
  onStart: (span, parent) => target.onStart(span, parent),
  onEnd(span) {
    redactSpan(span);
    target.onEnd(span);
  },
  forceFlush: () => target.forceFlush(),
  shutdown: () => target.shutdown(),
});

/** In place: it has ended, so that nobody else reads it, and most say nothing that has to be changed. */
function redactSpan({ attributes, status, events }: ReadableSpan): void {
  redactAttributes(attributes);
  if (status.message !== undefined) status.message = redactText(status.message);
  for (const event of events) redactAttributes(event.attributes);
}

function redactAttributes(attributes: Attributes = {}): void {
  for (const name in attributes) {
    const value = attributes[name];
    const redacted = isSecret(name) ? REDACTED : redactValue(value);
    if (redacted !== value) attributes[name] = redacted;
  }
}

/** The code's own names are few. Those that a peer makes up, such as of headers, must not fill the memory. */
const MOST_NAMES = 1_000;
const judgedNames = new Map<string, boolean>();

function isSecret(name: string): boolean {
  const judged = judgedNames.get(name);
  if (judged !== undefined) return judged;
  const secret = isSecretName(name);
  if (judgedNames.size < MOST_NAMES) judgedNames.set(name, secret);
  return secret;
}

function redactValue(value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value === 'string') return redactText(value);
  if (!Array.isArray(value)) return value;
  const texts: readonly unknown[] = value;
  return texts.map((one) => (typeof one === 'string' ? redactText(one) : one)) as AttributeValue;
}
