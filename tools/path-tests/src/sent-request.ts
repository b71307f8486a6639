import { type ReasonCode } from '@vecino/foundation';

/** One request as it was produced. How it ends may depend on what else happens; `mayEnd` says how it may. */
export interface SentRequest {
  readonly deploymentId: string;
  readonly tenantId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  readonly mayEnd: readonly ReasonCode[];
  /** When it was handed to Kafka, in milliseconds since the Unix epoch. */
  readonly sentAt: number;
}
