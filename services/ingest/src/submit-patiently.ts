import { type Slots, VecinoError } from '@vecino/foundation';
import { createBackoff, createOutageLog, type OutageLog } from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import type { GateClient } from '@vecino/temporal';
import {
  MAX_BATCH_ITEMS,
  type SubmitBatch,
  type SubmitCommand,
  type TenantSettings,
} from '@vecino/workflows';
import { GateTurns } from './gate-turns.js';

export interface PatientSubmitter {
  /** Submits until Temporal has the batch; rejects only when `signal` is aborted or waiting cannot help. */
  submit(batch: SubmitBatch, signal: AbortSignal): Promise<void>;
  /** The same for a command. */
  command(settings: TenantSettings, command: SubmitCommand, signal: AbortSignal): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** Temporal's being away is one outage; a gate that cannot take more, or a namespace that is missing, is its tenant's own. */
export function createPatientSubmitter(
  gates: Pick<GateClient, 'submit' | 'command'>,
  slots: Slots,
  logger: Logger,
): PatientSubmitter {
  const temporal = createOutageLog(logger, 'Temporal');
  const registry = createOutageLog(logger, 'the registry, as new as it has to be to send,');
  const gateOutages = new Map<string, OutageLog>();
  const turns = new GateTurns();

  function report(err: unknown, tenantId: string): void {
    if (isOutage(err)) return temporal.failed(err, { tenant_id: tenantId });
    if (isStale(err)) return registry.failed(err);
    let log = gateOutages.get(tenantId);
    if (!log) gateOutages.set(tenantId, (log = createOutageLog(logger, `the gate of ${tenantId}`)));
    log.failed(err, { tenant_id: tenantId });
  }

  async function attempt(tenantId: string, call: () => Promise<void>): Promise<void> {
    await slots.use(call);
    temporal.succeeded();
    registry.succeeded();
    gateOutages.get(tenantId)?.succeeded();
    gateOutages.delete(tenantId);
  }

  /** Rejects with what waiting cannot mend. */
  async function untilTaken(
    tenantId: string,
    call: () => Promise<void>,
    signal: AbortSignal,
    inTurn: (call: () => Promise<void>) => Promise<void> = (now) => now(),
  ): Promise<void> {
    const backoff = createBackoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    for (;;) {
      signal.throwIfAborted();
      try {
        return await inTurn(() => {
          signal.throwIfAborted();
          return attempt(tenantId, call);
        });
      } catch (err) {
        if (!mayPass(err)) throw err;
        report(err, tenantId);
      }
      await backoff.wait(signal);
    }
  }

  async function submit(batch: SubmitBatch, signal: AbortSignal): Promise<void> {
    const { tenantId } = batch.settings;
    try {
      await untilTaken(
        tenantId,
        () => gates.submit(batch),
        signal,
        (call) => turns.use(tenantId, batch.items.length / MAX_BATCH_ITEMS, call),
      );
    } catch (err) {
      if (!isTooLarge(err) || batch.items.length === 1) throw err;
      await submitHalves(batch, signal);
    }
  }

  async function submitHalves(batch: SubmitBatch, signal: AbortSignal): Promise<void> {
    const middle = Math.ceil(batch.items.length / 2);
    await submit({ ...batch, items: batch.items.slice(0, middle) }, signal);
    await submit({ ...batch, items: batch.items.slice(middle) }, signal);
  }

  return {
    submit,
    command: (settings, command, signal) =>
      untilTaken(settings.tenantId, () => gates.command(settings, command), signal),
  };
}

const isOutage = (err: unknown): boolean => err instanceof VecinoError && err.code === 'TEMPORAL_UNAVAILABLE';
const isStale = (err: unknown): boolean => err instanceof VecinoError && err.code === 'REGISTRY_STALE';
const isTooLarge = (err: unknown): boolean => err instanceof VecinoError && err.code === 'BATCH_TOO_LARGE';
const mayPass = (err: unknown): boolean => err instanceof VecinoError && err.disposition === 'retry';
