import type { SourceRecord } from '@vecino/messaging';
import type { Reason, TenantId } from '@vecino/foundation';

/** Proof that whoever wrote a record may speak for the tenant that it names. */
export interface ProducerIdentity {
  /** One sentence for the log: on what the proof rests. */
  readonly basis: string;
  /** Why the record is refused, or undefined when its producer may speak for the tenant. */
  refusal(record: SourceRecord, tenantId: TenantId): Reason | undefined;
}

/** No proof in the record: Kafka's ACLs on the topic decide who may produce, and whoever may, may order upgrades for every tenant. */
export const trustTopicAcls: ProducerIdentity = {
  basis: "trusting the topic's ACLs: whoever may produce to it may order upgrades for every tenant",
  refusal: () => undefined,
};
