import type { CallOptions, ClientUnaryCall, ServiceError } from '@grpc/grpc-js';
import type { Answer, CallFault, RpcError } from '@vecino/upgrade';
import { callDetail, type CallHooks, type DeviceCall } from './call-record.js';
import type { Deadlines } from './deadlines.js';

export interface CallLimits {
  /** Cancels the call; it then ends with CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces the connection's deadline for this call. */
  readonly deadlineMs?: number | undefined;
}

export type UnaryStart<Response> = (
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

export type ToFault = (error: Pick<ServiceError, 'code' | 'details'>) => CallFault;

/** What a call is named and asked, for the hooks. */
export interface Asked {
  readonly call: DeviceCall;
  readonly request?: object;
}

/** Makes the calls of one connection: each with a deadline, each shown to the hooks, each ending as a value. */
export class DeviceCaller {
  readonly deadlines: Deadlines;
  readonly toFault: ToFault;
  readonly #hooks: CallHooks;

  constructor(deadlines: Deadlines, toFault: ToFault, hooks: CallHooks) {
    this.deadlines = deadlines;
    this.toFault = toFault;
    this.#hooks = hooks;
  }

  /** One unary call whose reply is the answer. */
  ask<Response, T extends object>(
    asked: Asked,
    limits: CallLimits | undefined,
    start: UnaryStart<Response>,
    read: (response: Response) => T,
    deadlineMs?: number,
  ): Promise<Answer<T>> {
    const answer = (response: Response): Answer<T> => ({ kind: 'answer', ...read(response) });
    return this.unary(asked, limits, start, answer, deadlineMs);
  }

  /** One unary call; never rejects by itself, whatever comes of it. */
  unary<Response, Outcome extends { readonly kind: string }>(
    asked: Asked,
    limits: CallLimits | undefined,
    start: UnaryStart<Response>,
    read: (response: Response) => Outcome,
    deadlineMs = this.deadlines.readMs,
  ): Promise<Outcome | CallFault> {
    const { signal } = limits ?? {};
    // Before the hook: a process that was stopped meanwhile finds it passed, and sends nothing.
    const deadline = Date.now() + (limits?.deadlineMs ?? deadlineMs);
    return this.observed(
      asked,
      limits,
      () =>
        new Promise<Outcome | CallFault>((resolve) => {
          const call = start({ deadline }, (error, response) => {
            signal?.removeEventListener('abort', cancel);
            resolve(error ? this.toFault(error) : read(response));
          });
          const cancel = (): void => call.cancel();
          signal?.addEventListener('abort', cancel, { once: true });
        }),
    );
  }

  /** Shows a call to the hooks, unless it was cancelled before it began. */
  async observed<Outcome extends { readonly kind: string }>(
    { call, request = {} }: Asked,
    limits: CallLimits | undefined,
    run: () => Promise<Outcome>,
  ): Promise<Outcome | RpcError> {
    if (limits?.signal?.aborted) return cancelledBeforeStart;
    await this.#hooks.beforeCall?.(call);
    if (limits?.signal?.aborted) return cancelledBeforeStart;
    const startedAt = Date.now();
    const start = performance.now();
    const outcome = await run();
    this.#hooks.observer?.({
      call,
      startedAt,
      ms: Math.round(performance.now() - start),
      outcome: isRpcError(outcome) ? outcome.code : outcome.kind,
      detail: callDetail(request, outcome),
    });
    return outcome;
  }
}

const isRpcError = (outcome: { readonly kind: string }): outcome is RpcError => outcome.kind === 'rpc-error';

export const cancelledBeforeStart: RpcError = {
  kind: 'rpc-error',
  code: 'CANCELLED',
  message: 'cancelled before the call was sent',
};
