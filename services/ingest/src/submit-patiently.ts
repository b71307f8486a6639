import { VecinoError } from '@vecino/foundation';
import { createBackoff, createOutageLog, type OutageLog } from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import type { GateClient } from '@vecino/temporal';
import type { SubmitBatch } from '@vecino/workflows';
import type { Slots } from './slots.js';

export interface PatientSubmitter {
  /** Submits until Temporal has the batch; rejects only when `signal` is aborted or waiting cannot help. */
  submit(batch: SubmitBatch, signal: AbortSignal): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** Temporal's being away is one outage; a gate that cannot take more, or a namespace that is missing, is its tenant's own. */
export function createPatientSubmitter(
  gates: Pick<GateClient, 'submit'>,
  slots: Slots,
  logger: Logger,
): PatientSubmitter {
  const temporal = createOutageLog(logger, 'Temporal');
  const gateOutages = new Map<string, OutageLog>();

  function report(err: unknown, tenantId: string): void {
    if (isOutage(err)) return temporal.failed(err, { tenant_id: tenantId });
    let log = gateOutages.get(tenantId);
    if (!log) gateOutages.set(tenantId, (log = createOutageLog(logger, `the gate of ${tenantId}`)));
    log.failed(err, { tenant_id: tenantId });
  }

  async function attempt(batch: SubmitBatch): Promise<void> {
    await slots.use(() => gates.submit(batch));
    temporal.succeeded();
    gateOutages.get(batch.settings.tenantId)?.succeeded();
    gateOutages.delete(batch.settings.tenantId);
  }

  async function submit(batch: SubmitBatch, signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    for (;;) {
      signal.throwIfAborted();
      try {
        return await attempt(batch);
      } catch (err) {
        if (isTooLarge(err) && batch.items.length > 1) return submitHalves(batch, signal);
        if (!mayPass(err)) throw err;
        report(err, batch.settings.tenantId);
      }
      await backoff.wait(signal);
    }
  }

  async function submitHalves(batch: SubmitBatch, signal: AbortSignal): Promise<void> {
    const middle = Math.ceil(batch.items.length / 2);
    await submit({ ...batch, items: batch.items.slice(0, middle) }, signal);
    await submit({ ...batch, items: batch.items.slice(middle) }, signal);
  }

  return { submit };
}

const isOutage = (err: unknown): boolean => err instanceof VecinoError && err.code === 'TEMPORAL_UNAVAILABLE';
const isTooLarge = (err: unknown): boolean => err instanceof VecinoError && err.code === 'BATCH_TOO_LARGE';
const mayPass = (err: unknown): boolean => err instanceof VecinoError && err.disposition === 'retry';
