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
  for (const [name, value] of Object.entries(attributes)) {
    const redacted = isSecretName(name) ? REDACTED : redactValue(value);
    if (redacted !== value) attributes[name] = redacted;
  }
}

function redactValue(value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value === 'string') return redactText(value);
  if (!Array.isArray(value)) return value;
  const texts: readonly unknown[] = value;
  return texts.map((one) => (typeof one === 'string' ? redactText(one) : one)) as AttributeValue;
}
