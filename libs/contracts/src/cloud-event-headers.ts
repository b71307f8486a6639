import { type EpochMs, type TraceHeaders } from '@vecino/foundation';

/** `ce_type` of each kind of event. */
export const EVENT_TYPES = {
  request: 'vecino.deployment.request.v1',
  status: 'vecino.deployment.status.v1',
  command: 'vecino.deployment.command.v1',
} as const;
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

export interface CloudEvent {
  readonly id: string;
  readonly type: EventType;
  /** URI-reference of who wrote it. */
  readonly source: string;
  readonly time: EpochMs;
  /** What it is about: the router of a request, the deployment of a status or a command. */
  readonly subject: string;
  readonly contentType: string;
  readonly trace?: TraceHeaders;
}

/** Headers of a CloudEvent in binary mode (CloudEvents 1.0, Kafka protocol binding, section 3.2), and its trace. */
export type CloudEventHeaders = Readonly<Record<string, string>> & {
  readonly ce_specversion: string;
  readonly ce_id: string;
  readonly ce_type: string;
  readonly ce_source: string;
  readonly ce_time: string;
  readonly ce_subject: string;
  readonly 'content-type': string;
};

export function cloudEventHeaders(event: CloudEvent): CloudEventHeaders {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_time: new Date(event.time).toISOString(),
    ce_subject: event.subject,
    'content-type': event.contentType,
    ...event.trace,
  };
}
