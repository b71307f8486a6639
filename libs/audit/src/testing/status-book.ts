import { type ReasonCode, TERMINAL_SEQUENCE, type TerminalState } from '@vecino/foundation';
import type { DecodedStatus, RequestRecord, StatusRecord } from '../evidence/kafka-records.js';

/** So long after it was said a status is on its topic. */
const PUBLISHED_AFTER_MS = 3;

interface Told {
  readonly at: number;
  readonly status: DecodedStatus;
}

/** The status topics of a platform that does everything right. */
export class StatusBook {
  readonly #told: Told[] = [];
  readonly #of = new Map<string, Told[]>();

  tell(
    { tenantId, deploymentId, routerId, softwareVersion }: RequestRecord,
    state: string,
    sequence: number,
    at: number,
    code?: ReasonCode,
    details: Readonly<Record<string, string>> = {},
  ): void {
    const status: DecodedStatus = {
      event_id: `${tenantId}/${deploymentId}/${sequence}`,
      deployment_id: deploymentId,
      tenant_id: tenantId,
      router_id: routerId,
      software_version: softwareVersion,
      state,
      sequence,
      occurred_at: at,
      reason: code === undefined ? null : { code, text: `because of ${code}` },
      details,
    };
    this.#publish({ at: at + PUBLISHED_AFTER_MS, status });
  }

  end(
    record: RequestRecord,
    at: number,
    state: TerminalState,
    code: ReasonCode,
    details?: Readonly<Record<string, string>>,
  ): void {
    this.tell(record, state, TERMINAL_SEQUENCE, at, code, details);
  }

  /** Everything that was said of a deployment, once more. */
  publishAgain(deploymentId: string): void {
    const own = [...(this.#of.get(deploymentId) ?? [])];
    for (const { at, status } of own) this.#publish({ at: at + 2, status });
  }

  /** What was said of it last, once more, for somebody who asks for the same again. */
  repeatLast(deploymentId: string, now: number): void {
    const last = this.#of.get(deploymentId)?.findLast(({ at }) => at <= now);
    if (last !== undefined) this.#publish({ at: now + PUBLISHED_AFTER_MS, status: last.status });
  }

  #publish(told: Told): void {
    const own = this.#of.get(told.status.deployment_id);
    if (own === undefined) this.#of.set(told.status.deployment_id, [told]);
    else own.push(told);
    this.#told.push(told);
  }

  records(): StatusRecord[] {
    const offsets = new Map<string, number>();
    return this.#told
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, status }) => {
        const owner = status.tenant_id;
        const offset = offsets.get(owner) ?? 0;
        offsets.set(owner, offset + 1);
        return { owner, offset, timestamp: at, status };
      });
  }
}
